;; The two passes of an antialiased resize, as Pillow computes them: 8-bit values times 22-bit fixed-point weights, summed
;; in 32 bits, rounded, and cut to 0..255. A weight comes in two numbers of 16 bits, 2,048ths and the rest, so that processors multiply
;; and add two places at once; what overflows comes out as it would in one. Each pass reads and writes up to 15 bytes beyond its end,
;; the first up to three rows more. And the table of values by which pixels become a model's input.
;; Translated by scripts/build-pixels.ts; everything but the loops is in resample.ts.
(module
  (import "resample" "memory" (memory 1))

  ;; For each of `count` pixels of four rows at once (`fours` times): four channels of one place side by side, of which the fourth
  ;; is nothing. `table`: per pixel the first source pixel, how many pairs follow, and their weights, eight bytes a pair: $width
  ;; numbers of four bytes. Behind each row of the target there is a byte to spare.
  (func (export "horizontal")
    (param $source i32) (param $stride1 i32) (param $fours i32)
    (param $table i32) (param $width i32) (param $count i32) (param $target i32) (param $targetStride1 i32)
    (local $stride2 i32) (local $stride3 i32) (local $targetStride2 i32) (local $targetStride3 i32)
    (local $entry i32) (local $x i32) (local $from i32) (local $weight i32) (local $end i32)
    (local $order v128) (local $pair v128) (local $high v128) (local $low v128)
    (local $high0 v128) (local $high1 v128) (local $high2 v128) (local $high3 v128)
    (local $low0 v128) (local $low1 v128) (local $low2 v128) (local $low3 v128)
    (local.set $stride2 (i32.shl (local.get $stride1) (i32.const 1)))
    (local.set $stride3 (i32.add (local.get $stride1) (local.get $stride2)))
    (local.set $targetStride2 (i32.shl (local.get $targetStride1) (i32.const 1)))
    (local.set $targetStride3 (i32.add (local.get $targetStride1) (local.get $targetStride2)))
    ;; Of two pixels the reds, the greens, and the blues, as 16-bit numbers.
    (local.set $order (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1))
    (loop $four
      (local.set $entry (local.get $table))
      (local.set $x (local.get $count))
      (loop $pixel
        (local.set $from
          (i32.add (local.get $source) (i32.mul (i32.load (local.get $entry)) (i32.const 3))))
        (local.set $weight (i32.add (local.get $entry) (i32.const 8)))
        (local.set $end
          (i32.add (local.get $weight) (i32.shl (i32.load offset=4 (local.get $entry)) (i32.const 3))))
        (local.set $low0 (i32x4.splat (i32.const 0x200000)))
        (local.set $low1 (local.get $low0))
        (local.set $low2 (local.get $low0))
        (local.set $low3 (local.get $low0))
        (local.set $high0 (v128.const i64x2 0 0))
        (local.set $high1 (local.get $high0))
        (local.set $high2 (local.get $high0))
        (local.set $high3 (local.get $high0))
        (loop $taps
          (local.set $high (v128.load32_splat (local.get $weight)))
          (local.set $low (v128.load32_splat offset=4 (local.get $weight)))
          (local.set $pair (i8x16.swizzle (v128.load64_zero (local.get $from)) (local.get $order)))
          (local.set $high0 (i32x4.add (local.get $high0) (i32x4.dot_i16x8_s (local.get $pair) (local.get $high))))
          (local.set $low0 (i32x4.add (local.get $low0) (i32x4.dot_i16x8_s (local.get $pair) (local.get $low))))
          (local.set $pair (i8x16.swizzle (v128.load64_zero (i32.add (local.get $from) (local.get $stride1))) (local.get $order)))
          (local.set $high1 (i32x4.add (local.get $high1) (i32x4.dot_i16x8_s (local.get $pair) (local.get $high))))
          (local.set $low1 (i32x4.add (local.get $low1) (i32x4.dot_i16x8_s (local.get $pair) (local.get $low))))
          (local.set $pair (i8x16.swizzle (v128.load64_zero (i32.add (local.get $from) (local.get $stride2))) (local.get $order)))
          (local.set $high2 (i32x4.add (local.get $high2) (i32x4.dot_i16x8_s (local.get $pair) (local.get $high))))
          (local.set $low2 (i32x4.add (local.get $low2) (i32x4.dot_i16x8_s (local.get $pair) (local.get $low))))
          (local.set $pair (i8x16.swizzle (v128.load64_zero (i32.add (local.get $from) (local.get $stride3))) (local.get $order)))
          (local.set $high3 (i32x4.add (local.get $high3) (i32x4.dot_i16x8_s (local.get $pair) (local.get $high))))
          (local.set $low3 (i32x4.add (local.get $low3) (i32x4.dot_i16x8_s (local.get $pair) (local.get $low))))
          (local.set $from (i32.add (local.get $from) (i32.const 6)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 8)))
          (br_if $taps (i32.lt_u (local.get $weight) (local.get $end))))
        ;; A pixel of each row in four bytes.
        (local.set $pair (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (i32x4.add (local.get $low0) (i32x4.shl (local.get $high0) (i32.const 11))) (i32.const 22))
            (i32x4.shr_s (i32x4.add (local.get $low1) (i32x4.shl (local.get $high1) (i32.const 11))) (i32.const 22)))
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (i32x4.add (local.get $low2) (i32x4.shl (local.get $high2) (i32.const 11))) (i32.const 22))
            (i32x4.shr_s (i32x4.add (local.get $low3) (i32x4.shl (local.get $high3) (i32.const 11))) (i32.const 22)))))
        (v128.store32_lane 0 (local.get $target) (local.get $pair))
        (v128.store32_lane 1 (i32.add (local.get $target) (local.get $targetStride1)) (local.get $pair))
        (v128.store32_lane 2 (i32.add (local.get $target) (local.get $targetStride2)) (local.get $pair))
        (v128.store32_lane 3 (i32.add (local.get $target) (local.get $targetStride3)) (local.get $pair))
        (local.set $target (i32.add (local.get $target) (i32.const 3)))
        (local.set $entry (i32.add (local.get $entry) (i32.shl (local.get $width) (i32.const 2))))
        (br_if $pixel (local.tee $x (i32.sub (local.get $x) (i32.const 1)))))
      (local.set $source (i32.add (local.get $source) (i32.shl (local.get $stride1) (i32.const 2))))
      (local.set $target (i32.add
        (i32.sub (local.get $target) (i32.mul (local.get $count) (i32.const 3)))
        (i32.shl (local.get $targetStride1) (i32.const 2))))
      (br_if $four (local.tee $fours (i32.sub (local.get $fours) (i32.const 1))))))

  ;; One row of `length` bytes from rows of the same length that follow each other, two for each of the `pairs` of weights, 16 bytes at
  ;; a time.
  (func (export "vertical")
    (param $source i32) (param $length i32) (param $weights i32) (param $pairs i32) (param $target i32)
    (local $end i32) (local $from i32) (local $weight i32) (local $last i32) (local $first v128) (local $second v128)
    (local $pair v128) (local $high v128) (local $low v128) (local $left v128) (local $right v128)
    (local $high0 v128) (local $high1 v128) (local $high2 v128) (local $high3 v128)
    (local $low0 v128) (local $low1 v128) (local $low2 v128) (local $low3 v128)
    (local.set $end (i32.add (local.get $source) (local.get $length)))
    (local.set $last (i32.add (local.get $weights) (i32.shl (local.get $pairs) (i32.const 3))))
    (loop $sixteen
      (local.set $low0 (i32x4.splat (i32.const 0x200000)))
      (local.set $low1 (local.get $low0))
      (local.set $low2 (local.get $low0))
      (local.set $low3 (local.get $low0))
      (local.set $high0 (v128.const i64x2 0 0))
      (local.set $high1 (local.get $high0))
      (local.set $high2 (local.get $high0))
      (local.set $high3 (local.get $high0))
      (local.set $from (local.get $source))
      (local.set $weight (local.get $weights))
      (loop $taps
        (local.set $high (v128.load32_splat (local.get $weight)))
        (local.set $low (v128.load32_splat offset=4 (local.get $weight)))
        (local.set $first (v128.load (local.get $from)))
        (local.set $from (i32.add (local.get $from) (local.get $length)))
        (local.set $second (v128.load (local.get $from)))
        (local.set $from (i32.add (local.get $from) (local.get $length)))
        (local.set $left (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $first) (local.get $second)))
        (local.set $right
          (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $first) (local.get $second)))
        (local.set $pair (i16x8.extend_low_i8x16_u (local.get $left)))
        (local.set $high0 (i32x4.add (local.get $high0) (i32x4.dot_i16x8_s (local.get $pair) (local.get $high))))
        (local.set $low0 (i32x4.add (local.get $low0) (i32x4.dot_i16x8_s (local.get $pair) (local.get $low))))
        (local.set $pair (i16x8.extend_high_i8x16_u (local.get $left)))
        (local.set $high1 (i32x4.add (local.get $high1) (i32x4.dot_i16x8_s (local.get $pair) (local.get $high))))
        (local.set $low1 (i32x4.add (local.get $low1) (i32x4.dot_i16x8_s (local.get $pair) (local.get $low))))
        (local.set $pair (i16x8.extend_low_i8x16_u (local.get $right)))
        (local.set $high2 (i32x4.add (local.get $high2) (i32x4.dot_i16x8_s (local.get $pair) (local.get $high))))
        (local.set $low2 (i32x4.add (local.get $low2) (i32x4.dot_i16x8_s (local.get $pair) (local.get $low))))
        (local.set $pair (i16x8.extend_high_i8x16_u (local.get $right)))
        (local.set $high3 (i32x4.add (local.get $high3) (i32x4.dot_i16x8_s (local.get $pair) (local.get $high))))
        (local.set $low3 (i32x4.add (local.get $low3) (i32x4.dot_i16x8_s (local.get $pair) (local.get $low))))
        (local.set $weight (i32.add (local.get $weight) (i32.const 8)))
        (br_if $taps (i32.lt_u (local.get $weight) (local.get $last))))
      (v128.store (local.get $target) (i8x16.narrow_i16x8_u
        (i16x8.narrow_i32x4_s
          (i32x4.shr_s (i32x4.add (local.get $low0) (i32x4.shl (local.get $high0) (i32.const 11))) (i32.const 22))
          (i32x4.shr_s (i32x4.add (local.get $low1) (i32x4.shl (local.get $high1) (i32.const 11))) (i32.const 22)))
        (i16x8.narrow_i32x4_s
          (i32x4.shr_s (i32x4.add (local.get $low2) (i32x4.shl (local.get $high2) (i32.const 11))) (i32.const 22))
          (i32x4.shr_s (i32x4.add (local.get $low3) (i32x4.shl (local.get $high3) (i32.const 11))) (i32.const 22)))))
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
