#input index [4] 2 0 9 -1
#weight table [4,2] 1 2 3 4 5 6 7 8
program "gather" device neuron_core_v2
region index input f32 [4]
region t weight f32 [4,2] = load "table"
region y output f32 [4,2]
semaphore 1 vector
semaphore 8 queue 0
semaphore 9 queue 1
semaphore 10 queue 2
queue 0 sync static 8
queue 1 gpsimd sw 9
queue 2 scalar static 10
stream sync
  dma_copy sbuf[0+4]@0 f32 {1:1}, index+0 f32 <4:4> {1:4}, queue 0 ; inc 8
stream vector
  tensor_copy sbuf[0+4]@4 i32 {1:1}, sbuf[0+4]@0 f32 {1:1} ; wait 8>=16 ; inc 1
stream gpsimd
  dma_gather sbuf[0+4]@8 f32 {2:1}, t+0 f32 <4:8> {2:4}, sbuf[0+4]@4 i32 {1:1}, queue 1 ; wait 1>=1 ; inc 9
stream scalar
  dma_copy y+0 f32 <4:8> {2:4}, sbuf[0+4]@8 f32 {2:1}, queue 2 ; wait 9>=16 ; inc 10
