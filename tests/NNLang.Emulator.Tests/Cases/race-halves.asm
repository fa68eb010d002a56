program "halves" device neuron_core_v2
semaphore 1 vector
semaphore 3 gpsimd
stream vector
  memset sbuf[0+32]@0 bf16 {8:2}, 0x3F80 ; inc 1
  memset sbuf[0+32]@64 bf16 {8:1}, 0x3F80 ; inc 1
stream gpsimd
  memset sbuf[0+32]@2 bf16 {8:2}, 0x4000 ; inc 3
  memset sbuf[0+32]@78 bf16 {8:1}, 0x4000 ; inc 3
