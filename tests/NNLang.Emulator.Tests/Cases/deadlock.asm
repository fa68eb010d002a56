#input x [2,3] 1 2 3 -4 5 -6
#weight fc.weight [4,3] 1 0 -1 0.5 0.5 0.5 2 -1 0 -3 1 1
#weight fc.bias [4] 0 1 -1 0.25
program "tiny" device neuron_core_v2
region x input f32 [2,3]
region w weight f32 [3,4] = load "fc.weight" | permute [1,0]
region b weight f32 [4,1] = load "fc.bias"
region y output f32 [2,4]
semaphore 0 tensor
semaphore 8 queue 0
semaphore 9 queue 1
queue 0 sync static 8
queue 1 scalar static 9
stream sync
  dma_copy sbuf[0+3]@0 f32 {2:1}, x+0 f32 <3:4> {2:12}, queue 0 ; inc 8
  dma_copy sbuf[0+3]@8 f32 {4:1}, w+0 f32 <3:16> {4:4}, queue 0 ; inc 8
  dma_copy sbuf[0+4]@24 f32 {1:1}, b+0 f32 <4:4> {1:4}, queue 0 ; inc 8
stream tensor
  nc_matmul psum[0+4]@0 f32 {2:1}, sbuf[0+3]@8 f32 {4:1}, sbuf[0+3]@0 f32 {2:1} ; wait 8>=32 ; inc 0
stream scalar
  activation sbuf[0+4]@28 f32 {2:1}, psum[0+4]@0 f32 {2:1}, relu, 1.0, sbuf[0+4]@24 f32 {1:1} ; wait 0>=1, 8>=64
  dma_copy y+0 f32 <4:4> {2:16}, sbuf[0+4]@28 f32 {2:1}, queue 1 ; inc 9
