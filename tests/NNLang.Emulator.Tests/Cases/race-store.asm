program "store" device neuron_core_v2
region y output f32 [4,8]
region s spill f32 [4,8]
semaphore 1 vector
semaphore 8 queue 0
semaphore 9 queue 1
queue 0 sync static 8
queue 1 scalar static 9
stream vector
  memset sbuf[0+4]@0 f32 {8:1}, 1.5 ; inc 1
  memset sbuf[0+4]@0 f32 {8:1}, 2.5 ; inc 1
stream sync
  dma_copy s+0 f32 <4:32> {8:4}, sbuf[0+4]@0 f32 {8:1}, queue 0 ; wait 1>=1 ; inc 8
stream scalar
  dma_copy y+0 f32 <4:32> {8:4}, s+0 f32 <4:32> {8:4}, queue 1 ; wait 1>=2 ; inc 9
