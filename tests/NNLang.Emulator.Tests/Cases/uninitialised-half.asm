program "half" device neuron_core_v2
region y output f32 [2,4]
semaphore 1 vector
semaphore 8 queue 0
queue 0 sync static 8
stream vector
  memset sbuf[32+8]@0 bf16 {4:2}, 0x3F80 ; inc 1
  tensor_copy sbuf[32+8]@32 bf16 {4:2}, sbuf[32+8]@0 bf16 {4:2} ; inc 1
  tensor_copy sbuf[32+8]@64 f32 {4:1}, sbuf[32+8]@0 bf16 {4:1} ; inc 1
stream sync
  dma_copy y+0 f32 <2:16> {4:4}, sbuf[32+2]@64 f32 {4:1}, queue 0 ; wait 1>=3 ; inc 8
