;; The two passes of an antialiased resize, as Pillow computes them: 8-bit values times 22-bit fixed-point weights, summed
;; in 32 bits, rounded, and cut to 0..255. Each reads and writes up to 15 bytes beyond its end, the first up to three rows more.
;; And the table of values by which pixels become a model's input.
;; Translated by scripts/build-pixels.ts; everything but the loops is in resample.ts.
(module
  (import "resample" "memory" (memory 1))

  ;; For each of `count` pixels of four rows at once (`fours` times): four channels of one place side by side, of which the fourth
  ;; is the next pixel's. `table`: per pixel the first source pixel, how many there are, and their weights: $width numbers of four
  ;; bytes. Behind each row of the target there is a byte to spare.
  (func (export "horizontal")
    (param $source i32) (param $stride1 i32) (param $fours i32)
    (param $table i32) (param $width i32) (param $count i32) (param $target i32) (param $targetStride1 i32)
    (local $stride2 i32) (local $stride3 i32) (local $targetStride2 i32) (local $targetStride3 i32)
    (local $entry i32) (local $x i32) (local $from i32) (local $weight i32) (local $end i32) (local $factor v128)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local.set $stride2 (i32.shl (local.get $stride1) (i32.const 1)))
    (local.set $stride3 (i32.add (local.get $stride1) (local.get $stride2)))
    (local.set $targetStride2 (i32.shl (local.get $targetStride1) (i32.const 1)))
    (local.set $targetStride3 (i32.add (local.get $targetStride1) (local.get $targetStride2)))
    (loop $four
      (local.set $entry (local.get $table))
      (local.set $x (local.get $count))
      (loop $pixel
        (local.set $from
          (i32.add (local.get $source) (i32.mul (i32.load (local.get $entry)) (i32.const 3))))
        (local.set $weight (i32.add (local.get $entry) (i32.const 8)))
        (local.set $end
          (i32.add (local.get $weight) (i32.shl (i32.load offset=4 (local.get $entry)) (i32.const 2))))
        (local.set $sum0 (i32x4.splat (i32.const 0x200000)))
        (local.set $sum1 (local.get $sum0))
        (local.set $sum2 (local.get $sum0))
        (local.set $sum3 (local.get $sum0))
        (loop $tap
          (local.set $factor (v128.load32_splat (local.get $weight)))
          (local.set $sum0 (i32x4.add (local.get $sum0) (i32x4.mul (local.get $factor)
            (i32x4.extend_low_i16x8_u (v128.load8x8_u (local.get $from))))))
          (local.set $sum1 (i32x4.add (local.get $sum1) (i32x4.mul (local.get $factor)
            (i32x4.extend_low_i16x8_u (v128.load8x8_u (i32.add (local.get $from) (local.get $stride1)))))))
          (local.set $sum2 (i32x4.add (local.get $sum2) (i32x4.mul (local.get $factor)
            (i32x4.extend_low_i16x8_u (v128.load8x8_u (i32.add (local.get $from) (local.get $stride2)))))))
          (local.set $sum3 (i32x4.add (local.get $sum3) (i32x4.mul (local.get $factor)
            (i32x4.extend_low_i16x8_u (v128.load8x8_u (i32.add (local.get $from) (local.get $stride3)))))))
          (local.set $from (i32.add (local.get $from) (i32.const 3)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
          (br_if $tap (i32.lt_u (local.get $weight) (local.get $end))))
        ;; A pixel of each row in four bytes.
        (local.set $sum0 (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $sum0) (i32.const 22)) (i32x4.shr_s (local.get $sum1) (i32.const 22)))
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $sum2) (i32.const 22)) (i32x4.shr_s (local.get $sum3) (i32.const 22)))))
        (v128.store32_lane 0 (local.get $target) (local.get $sum0))
        (v128.store32_lane 1 (i32.add (local.get $target) (local.get $targetStride1)) (local.get $sum0))
        (v128.store32_lane 2 (i32.add (local.get $target) (local.get $targetStride2)) (local.get $sum0))
        (v128.store32_lane 3 (i32.add (local.get $target) (local.get $targetStride3)) (local.get $sum0))
        (local.set $target (i32.add (local.get $target) (i32.const 3)))
        (local.set $entry (i32.add (local.get $entry) (i32.shl (local.get $width) (i32.const 2))))
        (br_if $pixel (local.tee $x (i32.sub (local.get $x) (i32.const 1)))))
      (local.set $source (i32.add (local.get $source) (i32.shl (local.get $stride1) (i32.const 2))))
      (local.set $target (i32.add
        (i32.sub (local.get $target) (i32.mul (local.get $count) (i32.const 3)))
        (i32.shl (local.get $targetStride1) (i32.const 2))))
      (br_if $four (local.tee $fours (i32.sub (local.get $fours) (i32.const 1))))))

  ;; One row of `length` bytes from `taps` rows of the same length that follow each other, 16 bytes at a time.
  (func (export "vertical")
    (param $source i32) (param $length i32) (param $weights i32) (param $taps i32) (param $target i32)
    (local $end i32) (local $from i32) (local $weight i32) (local $last i32) (local $factor v128)
    (local $bytes v128) (local $low v128) (local $high v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.add (local.get $source) (local.get $length)))
    (local.set $last (i32.add (local.get $weights) (i32.shl (local.get $taps) (i32.const 2))))
    (loop $sixteen
      (local.set $a (i32x4.splat (i32.const 0x200000)))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $from (local.get $source))
      (local.set $weight (local.get $weights))
      (loop $tap
        (local.set $factor (v128.load32_splat (local.get $weight)))
        (local.set $bytes (v128.load (local.get $from)))
        (local.set $low (i16x8.extend_low_i8x16_u (local.get $bytes)))
        (local.set $high (i16x8.extend_high_i8x16_u (local.get $bytes)))
        (local.set $a (i32x4.add (local.get $a)
          (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $low)))))
        (local.set $b (i32x4.add (local.get $b)
          (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $low)))))
        (local.set $c (i32x4.add (local.get $c)
          (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $high)))))
        (local.set $d (i32x4.add (local.get $d)
          (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $high)))))
        (local.set $from (i32.add (local.get $from) (local.get $length)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (br_if $tap (i32.lt_u (local.get $weight) (local.get $last))))
      (v128.store (local.get $target) (i8x16.narrow_i16x8_u
        (i16x8.narrow_i32x4_s
          (i32x4.shr_s (local.get $a) (i32.const 22)) (i32x4.shr_s (local.get $b) (i32.const 22)))
        (i16x8.narrow_i32x4_s
          (i32x4.shr_s (local.get $c) (i32.const 22)) (i32x4.shr_s (local.get $d) (i32.const 22)))))
      (local.set $source (i32.add (local.get $source) (i32.const 16)))
      (local.set $target (i32.add (local.get $target) (i32.const 16)))
      (br_if $sixteen (i32.lt_u (local.get $source) (local.get $end)))))

  ;; What a table of four-byte values says of `count` bytes, of which every third is looked at.
  (func (export "lookUp") (param $source i32) (param $count i32) (param $table i32) (param $target i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $target) (i32.shl (local.get $count) (i32.const 2))))
    (loop $value
      (i32.store (local.get $target) (i32.load
        (i32.add (local.get $table) (i32.shl (i32.load8_u (local.get $source)) (i32.const 2)))))
      (local.set $source (i32.add (local.get $source) (i32.const 3)))
      (br_if $value
        (i32.lt_u (local.tee $target (i32.add (local.get $target) (i32.const 4))) (local.get $end)))))
)
