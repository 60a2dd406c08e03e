;; The inner loops of reading a JPEG (ITU-T T.81), with the very bytes of libjpeg-turbo's exact ("islow") transform and its
;; smooth ("fancy") upsampling, on the four numbers at once that its own code for processors works on.
;; Translated by scripts/build-pixels.ts; the file's parts, and what lies where in memory, are in TypeScript beside it.
(module
  (import "jpeg" "memory" (memory 1))

  ;; The factors of the transform, in pairs: from memory they cost less than as constants, which are put together anew each time.
  (data (i32.const 0)
    "\51\11\30\d6\51\11\30\d6\51\11\30\d6\51\11\30\d6" ;; 4433 -10704
    "\cf\29\51\11\cf\29\51\11\cf\29\51\11\cf\29\51\11" ;; 10703 4433
    "\dc\e6\a1\25\dc\e6\a1\25\dc\e6\a1\25\dc\e6\a1\25" ;; -6436 9633
    "\a1\25\25\19\a1\25\25\19\a1\25\25\19\a1\25\25\19" ;; 9633 6437
    "\33\e3\3e\13\33\e3\3e\13\33\e3\3e\13\33\e3\3e\13" ;; -7373 4926
    "\c1\ec\33\e3\c1\ec\33\e3\c1\ec\33\e3\c1\ec\33\e3" ;; -4927 -7373
    "\b0\ef\fd\ad\b0\ef\fd\ad\b0\ef\fd\ad\b0\ef\fd\ad" ;; -4176 -20995
    "\fd\ad\51\10\fd\ad\51\10\fd\ad\51\10\fd\ad\51\10" ;; -20995 4177
  )

  ;; The stream's next bits, highest first; how many of them are sure (what lies below is right, too, but counts as unread); and
  ;; where the next ones come from.
  (global $bits (mut i64) (i64.const 0))
  (global $count (mut i32) (i32.const 0))
  (global $next (mut i32) (i32.const 0))

  ;; Reads `rows` x `columns` units (of a block or more each) from the stream at `source`, which ends before `end`. `blocks`: for
  ;; each of the `count` blocks of a unit eight numbers of four bytes: its tables for the first value and the others, and its
  ;; factors; where its component's last first value lies; where its pixels go, the bytes between their rows, and how much further
  ;; they go in the next unit and after the last of a row. `scratch`: 272 bytes. Gives 1 where all went well and nothing is left over.
  (func (export "scan") (param $source i32) (param $end i32) (param $rows i32) (param $columns i32)
    (param $blocks i32) (param $count i32) (param $scratch i32) (result i32)
    (local $column i32) (local $block i32) (local $last i32)
    (global.set $bits (i64.const 0))
    (global.set $count (i32.const 0))
    (global.set $next (local.get $source))
    (local.set $last (i32.add (local.get $blocks) (i32.shl (local.get $count) (i32.const 5))))
    (loop $row
      (local.set $column (local.get $columns))
      (loop $unit
        (local.set $block (local.get $blocks))
        (loop $one
          (if (i32.eqz (call $block (local.get $block) (local.get $scratch))) (then (return (i32.const 0))))
          (i32.store offset=16 (local.get $block)
            (i32.add (i32.load offset=16 (local.get $block)) (i32.load offset=24 (local.get $block))))
          (br_if $one (i32.lt_u (local.tee $block (i32.add (local.get $block) (i32.const 32))) (local.get $last))))
        ;; Up to eight bytes are looked at ahead.
        (if (i32.gt_u (global.get $next) (i32.add (local.get $end) (i32.const 8))) (then (return (i32.const 0))))
        (br_if $unit (local.tee $column (i32.sub (local.get $column) (i32.const 1)))))
      (local.set $block (local.get $blocks))
      (loop $one
        (i32.store offset=16 (local.get $block)
          (i32.add (i32.load offset=16 (local.get $block)) (i32.load offset=28 (local.get $block))))
        (br_if $one (i32.lt_u (local.tee $block (i32.add (local.get $block) (i32.const 32))) (local.get $last))))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    ;; Of the last byte some bits may be left, of which nothing is said.
    (i32.lt_u
      (i32.sub (i32.shl (local.get $end) (i32.const 3))
        (i32.sub (i32.shl (global.get $next) (i32.const 3)) (global.get $count)))
      (i32.const 8)))

  ;; Tops up the bits to at least 56.
  (func $fill
    (global.set $bits (i64.or (global.get $bits) (i64.shr_u
      (i64x2.extract_lane 0 (i8x16.swizzle (v128.load64_zero (global.get $next))
        (v128.const i8x16 7 6 5 4 3 2 1 0 -1 -1 -1 -1 -1 -1 -1 -1)))
      (i64.extend_i32_u (global.get $count)))))
    (global.set $next (i32.add (global.get $next)
      (i32.shr_u (i32.sub (i32.const 63) (global.get $count)) (i32.const 3))))
    (global.set $count (i32.or (global.get $count) (i32.const 56))))

  ;; What a table (huffman.ts) says of the next bits: value << 16 | places before it << 8 | bits it takes; or symbol << 8 | bits of
  ;; its code, where the value's own bits follow; 0 where there is no such code.
  (func $look (param $table i32) (param $bits i64) (result i32)
    (local $entry i32) (local $code i32) (local $length i32)
    (local.set $entry (i32.load (i32.add (local.get $table)
      (i32.shl (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 54))) (i32.const 2)))))
    (if (local.get $entry) (then (return (local.get $entry))))
    (local.set $code (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 48))))
    (local.set $length (i32.const 11))
    (local.set $entry (i32.add (local.get $table) (i32.const 4096)))
    (loop $longer
      (if (i32.lt_u (local.get $code) (i32.load (local.get $entry)))
        (then (return (i32.or (local.get $length) (i32.shl
          (i32.load8_u offset=4144 (i32.add (local.get $table) (i32.add (i32.load offset=4 (local.get $entry))
            (i32.shr_u (local.get $code) (i32.sub (i32.const 16) (local.get $length))))))
          (i32.const 8))))))
      (local.set $entry (i32.add (local.get $entry) (i32.const 8)))
      (br_if $longer
        (i32.le_u (local.tee $length (i32.add (local.get $length) (i32.const 1))) (i32.const 16))))
    (i32.const 0))

  ;; The value in the highest `size` bits, at least one: those that begin with 0 are negative.
  (func $value (param $bits i64) (param $size i32) (result i32)
    (local $value i32)
    (local.set $value (i32.wrap_i64
      (i64.shr_u (local.get $bits) (i64.extend_i32_u (i32.sub (i32.const 64) (local.get $size))))))
    (i32.sub (local.get $value)
      (select (i32.const 0) (i32.sub (i32.shl (i32.const 1) (local.get $size)) (i32.const 1))
        (i64.lt_s (local.get $bits) (i64.const 0)))))

  ;; Reads a block and writes its 8 x 8 pixels. Gives 0 where no such block can be, or one that lies beyond what photos are made of:
  ;; what becomes of that is left to others.
  (func $block (param $at i32) (param $scratch i32) (result i32)
    (local $bits i64) (local $count i32) (local $next i32) (local $entry i32) (local $size i32) (local $value i32)
    (local $table i32) (local $factor i32) (local $end i32) (local $all i32) (local $previous i32) (local $packed i32)
    (local $turned v128)
    (call $fill)
    (local.set $entry (call $look (i32.load (local.get $at)) (global.get $bits)))
    (if (i32.eqz (local.get $entry)) (then (return (i32.const 0))))
    (local.set $size (i32.and (local.get $entry) (i32.const 255)))
    (local.set $bits (i64.shl (global.get $bits) (i64.extend_i32_u (local.get $size))))
    (local.set $count (i32.sub (global.get $count) (local.get $size)))
    (local.set $value (i32.shr_s (local.get $entry) (i32.const 16)))
    (if (i32.eqz (local.get $value))
      (then
        (local.set $size (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 15)))
        (if (local.get $size)
          (then
            (local.set $value (call $value (local.get $bits) (local.get $size)))
            (local.set $bits (i64.shl (local.get $bits) (i64.extend_i32_u (local.get $size))))
            (local.set $count (i32.sub (local.get $count) (local.get $size)))))))
    (local.set $factor (i32.load offset=8 (local.get $at)))
    (local.set $previous (i32.load offset=12 (local.get $at)))
    (local.set $value (i32.add (local.get $value) (i32.load (local.get $previous))))
    (i32.store (local.get $previous) (local.get $value))
    (local.set $value (i32.mul (local.get $value) (i32.shr_u (i32.load (local.get $factor)) (i32.const 16))))
    (local.set $all (i32.add (local.get $value) (i32.const 2048)))
    (v128.store offset=0 (local.get $scratch) (v128.const i64x2 0 0))
    (v128.store offset=16 (local.get $scratch) (v128.const i64x2 0 0))
    (v128.store offset=32 (local.get $scratch) (v128.const i64x2 0 0))
    (v128.store offset=48 (local.get $scratch) (v128.const i64x2 0 0))
    (v128.store offset=64 (local.get $scratch) (v128.const i64x2 0 0))
    (v128.store offset=80 (local.get $scratch) (v128.const i64x2 0 0))
    (v128.store offset=96 (local.get $scratch) (v128.const i64x2 0 0))
    (v128.store offset=112 (local.get $scratch) (v128.const i64x2 0 0))
    (i32.store16 (local.get $scratch) (local.get $value))
    (local.set $next (global.get $next))
    (local.set $table (i32.load offset=4 (local.get $at)))
    (local.set $end (i32.add (local.get $factor) (i32.const 256)))
    (local.set $factor (i32.add (local.get $factor) (i32.const 4)))
    (local.set $turned (v128.const i8x16 7 6 5 4 3 2 1 0 -1 -1 -1 -1 -1 -1 -1 -1))
    (block $done
      (loop $more
        (local.set $bits (i64.or (local.get $bits) (i64.shr_u
          (i64x2.extract_lane 0 (i8x16.swizzle (v128.load64_zero (local.get $next)) (local.get $turned)))
          (i64.extend_i32_u (local.get $count)))))
        (local.set $next (i32.add (local.get $next)
          (i32.shr_u (i32.sub (i32.const 63) (local.get $count)) (i32.const 3))))
        (local.set $count (i32.or (local.get $count) (i32.const 56)))
        (local.set $entry (i32.load (i32.add (local.get $table)
          (i32.shl (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 54))) (i32.const 2)))))
        (local.set $value (i32.shr_s (local.get $entry) (i32.const 16)))
        (if (i32.eqz (local.get $value))
          (then
            (if (i32.eqz (local.get $entry))
              (then (local.set $entry (call $look (local.get $table) (local.get $bits)))))
            (if (i32.eqz (local.get $entry)) (then (return (i32.const 0))))
            (local.set $size (i32.and (local.get $entry) (i32.const 255)))
            (local.set $bits (i64.shl (local.get $bits) (i64.extend_i32_u (local.get $size))))
            (local.set $count (i32.sub (local.get $count) (local.get $size)))
            ;; In the place of the bits of a whole entry: those that are still to come.
            (local.set $entry (i32.shr_u (local.get $entry) (i32.const 8)))
            (local.set $size (i32.and (local.get $entry) (i32.const 15)))
            (local.set $entry (i32.shl (i32.shr_u (local.get $entry) (i32.const 4)) (i32.const 8)))
            (if (local.get $size)
              (then (local.set $value (call $value (local.get $bits) (local.get $size))))
              ;; Sixteen zeros, or the end of the block.
              (else (br_if $done (i32.ne (local.get $entry) (i32.const 0xf00)))))
            (local.set $entry (i32.or (local.get $entry) (local.get $size)))))
        (local.set $size (i32.and (local.get $entry) (i32.const 255)))
        (local.set $bits (i64.shl (local.get $bits) (i64.extend_i32_u (local.get $size))))
        (local.set $count (i32.sub (local.get $count) (local.get $size)))
        (local.set $factor (i32.add (local.get $factor)
          (i32.and (i32.shr_u (local.get $entry) (i32.const 6)) (i32.const 0x3c))))
        (local.set $packed (i32.load (local.get $factor)))
        (local.set $value (i32.mul (local.get $value) (i32.shr_u (local.get $packed) (i32.const 16))))
        (local.set $all (i32.or (local.get $all) (i32.add (local.get $value) (i32.const 2048))))
        (i32.store16
          (i32.add (local.get $scratch) (i32.and (local.get $packed) (i32.const 0xff))) (local.get $value))
        (br_if $more
          (i32.lt_u (local.tee $factor (i32.add (local.get $factor) (i32.const 4))) (local.get $end)))))
    (global.set $bits (local.get $bits))
    (global.set $count (local.get $count))
    (global.set $next (local.get $next))
    (if (i32.or (i32.gt_u (local.get $factor) (local.get $end)) (i32.gt_u (local.get $all) (i32.const 4095)))
      (then (return (i32.const 0))))
    (call $transform (local.get $scratch) (i32.load offset=16 (local.get $at)) (i32.load offset=20 (local.get $at)))
    (i32.const 1))

  ;; The inverse cosine transform of the 64 factors at `block`, columns first, to 8 rows of pixels.
  (func $transform (param $block i32) (param $target i32) (param $stride i32)
    (local $other i32) (local $pair i32) (local $pixels v128)
    (local.set $other (i32.add (local.get $block) (i32.const 144)))
    (call $half (local.get $block) (local.get $other) (i32.const 0x400) (i32.const 11))
    (call $half (i32.add (local.get $block) (i32.const 8)) (i32.add (local.get $other) (i32.const 64))
      (i32.const 0x400) (i32.const 11))
    (call $half (local.get $other) (local.get $block) (i32.const 0x20000) (i32.const 18))
    (call $half (i32.add (local.get $other) (i32.const 8)) (i32.add (local.get $block) (i32.const 64))
      (i32.const 0x20000) (i32.const 18))
    (local.set $pair (i32.const 4))
    (loop $two
      (local.set $pixels (v128.xor (v128.const i32x4 0x80808080 0x80808080 0x80808080 0x80808080)
        (i8x16.narrow_i16x8_s (v128.load (local.get $block)) (v128.load offset=16 (local.get $block)))))
      (v128.store64_lane 0 (local.get $target) (local.get $pixels))
      (v128.store64_lane 1 (i32.add (local.get $target) (local.get $stride)) (local.get $pixels))
      (local.set $block (i32.add (local.get $block) (i32.const 32)))
      (local.set $target (i32.add (local.get $target) (i32.shl (local.get $stride) (i32.const 1))))
      (br_if $two (local.tee $pair (i32.sub (local.get $pair) (i32.const 1))))))

  ;; One dimension of the transform for four columns of eight 16-bit numbers, 16 bytes from row to row, which become four rows.
  ;; The order of sums, 16-bit sums and cuts are those of jidctint in libjpeg-turbo's code for SSE2 and AVX2.
  (func $half (param $from i32) (param $to i32) (param $round i32) (param $shift i32)
    (local $0 v128) (local $1 v128) (local $2 v128) (local $3 v128) (local $4 v128) (local $5 v128) (local $6 v128)
    (local $7 v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $p v128) (local $q v128)
    (local $e0 v128) (local $e1 v128) (local $e2 v128) (local $e3 v128)
    (local.set $0 (v128.load64_zero (local.get $from)))
    (local.set $1 (v128.load64_zero offset=16 (local.get $from)))
    (local.set $2 (v128.load64_zero offset=32 (local.get $from)))
    (local.set $3 (v128.load64_zero offset=48 (local.get $from)))
    (local.set $4 (v128.load64_zero offset=64 (local.get $from)))
    (local.set $5 (v128.load64_zero offset=80 (local.get $from)))
    (local.set $6 (v128.load64_zero offset=96 (local.get $from)))
    (local.set $7 (v128.load64_zero offset=112 (local.get $from)))
    ;; Even rows.
    (local.set $p (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $2) (local.get $6)))
    (local.set $c (i32x4.dot_i16x8_s (local.get $p) (v128.load (i32.const 0))))
    (local.set $d (i32x4.dot_i16x8_s (local.get $p) (v128.load offset=16 (i32.const 0))))
    (local.set $p (i32x4.splat (local.get $round)))
    (local.set $a (i32x4.add (local.get $p) (i32x4.shl
      (i32x4.extend_low_i16x8_s (i16x8.add (local.get $0) (local.get $4))) (i32.const 13))))
    (local.set $b (i32x4.add (local.get $p) (i32x4.shl
      (i32x4.extend_low_i16x8_s (i16x8.sub (local.get $0) (local.get $4))) (i32.const 13))))
    (local.set $e0 (i32x4.add (local.get $a) (local.get $d)))
    (local.set $e3 (i32x4.sub (local.get $a) (local.get $d)))
    (local.set $e1 (i32x4.add (local.get $b) (local.get $c)))
    (local.set $e2 (i32x4.sub (local.get $b) (local.get $c)))
    ;; Odd rows.
    (local.set $p (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23
      (i16x8.add (local.get $7) (local.get $3)) (i16x8.add (local.get $5) (local.get $1))))
    (local.set $a (i32x4.dot_i16x8_s (local.get $p) (v128.load offset=32 (i32.const 0))))
    (local.set $b (i32x4.dot_i16x8_s (local.get $p) (v128.load offset=48 (i32.const 0))))
    (local.set $p (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $7) (local.get $1)))
    (local.set $q (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $5) (local.get $3)))
    (local.set $c (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (local.get $p)
      (v128.load offset=64 (i32.const 0)))))
    (local.set $d (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (local.get $p)
      (v128.load offset=80 (i32.const 0)))))
    (local.set $b (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (local.get $q)
      (v128.load offset=96 (i32.const 0)))))
    (local.set $a (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (local.get $q)
      (v128.load offset=112 (i32.const 0)))))
    ;; Rows 0 and 4, 1 and 5, and so on, which then become columns.
    (local.set $0 (i16x8.narrow_i32x4_s
      (i32x4.shr_s (i32x4.add (local.get $e0) (local.get $c)) (local.get $shift))
      (i32x4.shr_s (i32x4.sub (local.get $e3) (local.get $d)) (local.get $shift))))
    (local.set $1 (i16x8.narrow_i32x4_s
      (i32x4.shr_s (i32x4.add (local.get $e1) (local.get $a)) (local.get $shift))
      (i32x4.shr_s (i32x4.sub (local.get $e2) (local.get $b)) (local.get $shift))))
    (local.set $2 (i16x8.narrow_i32x4_s
      (i32x4.shr_s (i32x4.add (local.get $e2) (local.get $b)) (local.get $shift))
      (i32x4.shr_s (i32x4.sub (local.get $e1) (local.get $a)) (local.get $shift))))
    (local.set $3 (i16x8.narrow_i32x4_s
      (i32x4.shr_s (i32x4.add (local.get $e3) (local.get $d)) (local.get $shift))
      (i32x4.shr_s (i32x4.sub (local.get $e0) (local.get $c)) (local.get $shift))))
    (local.set $4 (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $0) (local.get $1)))
    (local.set $5 (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $0) (local.get $1)))
    (local.set $6 (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $2) (local.get $3)))
    (local.set $7 (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $2) (local.get $3)))
    (local.set $a (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $4) (local.get $6)))
    (local.set $b (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $4) (local.get $6)))
    (local.set $c (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $5) (local.get $7)))
    (local.set $d (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $5) (local.get $7)))
    (v128.store (local.get $to)
      (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $c)))
    (v128.store offset=16 (local.get $to)
      (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $c)))
    (v128.store offset=32 (local.get $to)
      (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $b) (local.get $d)))
    (v128.store offset=48 (local.get $to)
      (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $b) (local.get $d))))

  ;; Twice as many values of a row, 16 at a time: three parts of the nearest and one of the next, of rows as of columns. `near`
  ;; and `far`: the two rows, with a byte before and behind; `even` and `odd`: what is added before a sum is divided by 16.
  (func (export "widen") (param $near i32) (param $far i32) (param $even i32) (param $odd i32) (param $target i32) (param $end i32)
    (local $three v128) (local $nearest v128) (local $evens v128) (local $odds v128)
    (local.set $three (i16x8.splat (i32.const 3)))
    (local.set $evens (i16x8.splat (local.get $even)))
    (local.set $odds (i16x8.splat (local.get $odd)))
    (loop $sixteen
      (local.set $nearest (i16x8.mul (local.get $three) (i16x8.add (v128.load8x8_u offset=1 (local.get $far))
        (i16x8.mul (local.get $three) (v128.load8x8_u offset=1 (local.get $near))))))
      (v128.store (local.get $target) (v128.or
        (i16x8.shr_u (i16x8.add (local.get $evens) (i16x8.add (local.get $nearest)
          (i16x8.add (v128.load8x8_u (local.get $far))
            (i16x8.mul (local.get $three) (v128.load8x8_u (local.get $near)))))) (i32.const 4))
        (i16x8.shl (i16x8.shr_u (i16x8.add (local.get $odds) (i16x8.add (local.get $nearest)
          (i16x8.add (v128.load8x8_u offset=2 (local.get $far))
            (i16x8.mul (local.get $three) (v128.load8x8_u offset=2 (local.get $near)))))) (i32.const 4)) (i32.const 8))))
      (local.set $near (i32.add (local.get $near) (i32.const 8)))
      (local.set $far (i32.add (local.get $far) (i32.const 8)))
      (br_if $sixteen
        (i32.lt_u (local.tee $target (i32.add (local.get $target) (i32.const 16))) (local.get $end)))))

  ;; Brightness and two differences of color to red, green and blue side by side, 8 pixels at a time. The factors are 65,536ths;
  ;; whole ones are added apart, so that the others fit.
  (func (export "colors") (param $light i32) (param $blue i32) (param $red i32) (param $target i32) (param $end i32)
    (local $y v128) (local $cb v128) (local $cr v128) (local $p v128) (local $q v128) (local $half v128)
    (local $r v128) (local $g v128) (local $b v128) (local $middle v128)
    (local $reds v128) (local $greens v128) (local $blues v128)
    (local $pairs v128) (local $thirds v128) (local $lastPairs v128) (local $lastThirds v128)
    (local.set $half (i32x4.splat (i32.const 0x8000)))
    (local.set $middle (i16x8.splat (i32.const 128)))
    (local.set $reds (v128.const i16x8 0 26345 0 26345 0 26345 0 26345))
    (local.set $greens (v128.const i16x8 -22554 18734 -22554 18734 -22554 18734 -22554 18734))
    (local.set $blues (v128.const i16x8 -14942 0 -14942 0 -14942 0 -14942 0))
    ;; Red and green of eight pixels, and blue, to where they belong.
    (local.set $pairs (v128.const i8x16 0 8 -1 1 9 -1 2 10 -1 3 11 -1 4 12 -1 5))
    (local.set $thirds (v128.const i8x16 -1 -1 0 -1 -1 1 -1 -1 2 -1 -1 3 -1 -1 4 -1))
    (local.set $lastPairs (v128.const i8x16 13 -1 6 14 -1 7 15 -1 -1 -1 -1 -1 -1 -1 -1 -1))
    (local.set $lastThirds (v128.const i8x16 -1 5 -1 -1 6 -1 -1 7 -1 -1 -1 -1 -1 -1 -1 -1))
    (loop $eight
      (local.set $y (v128.load8x8_u (local.get $light)))
      (local.set $cb (i16x8.sub (v128.load8x8_u (local.get $blue)) (local.get $middle)))
      (local.set $cr (i16x8.sub (v128.load8x8_u (local.get $red)) (local.get $middle)))
      (local.set $p (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $cb) (local.get $cr)))
      (local.set $q (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $cb) (local.get $cr)))
      (local.set $r (i16x8.narrow_i32x4_s
        (i32x4.shr_s (i32x4.add (local.get $half) (i32x4.dot_i16x8_s (local.get $p)
          (local.get $reds))) (i32.const 16))
        (i32x4.shr_s (i32x4.add (local.get $half) (i32x4.dot_i16x8_s (local.get $q)
          (local.get $reds))) (i32.const 16))))
      (local.set $g (i16x8.narrow_i32x4_s
        (i32x4.shr_s (i32x4.add (local.get $half) (i32x4.dot_i16x8_s (local.get $p)
          (local.get $greens))) (i32.const 16))
        (i32x4.shr_s (i32x4.add (local.get $half) (i32x4.dot_i16x8_s (local.get $q)
          (local.get $greens))) (i32.const 16))))
      (local.set $b (i16x8.narrow_i32x4_s
        (i32x4.shr_s (i32x4.add (local.get $half) (i32x4.dot_i16x8_s (local.get $p)
          (local.get $blues))) (i32.const 16))
        (i32x4.shr_s (i32x4.add (local.get $half) (i32x4.dot_i16x8_s (local.get $q)
          (local.get $blues))) (i32.const 16))))
      (local.set $r (i16x8.add (local.get $r) (i16x8.add (local.get $y) (local.get $cr))))
      (local.set $g (i16x8.add (local.get $g) (i16x8.sub (local.get $y) (local.get $cr))))
      (local.set $b (i16x8.add (local.get $b) (i16x8.add (local.get $y) (i16x8.add (local.get $cb) (local.get $cb)))))
      (local.set $r (i8x16.narrow_i16x8_u (local.get $r) (local.get $g)))
      (local.set $b (i8x16.narrow_i16x8_u (local.get $b) (local.get $b)))
      (v128.store (local.get $target) (v128.or
        (i8x16.swizzle (local.get $r) (local.get $pairs)) (i8x16.swizzle (local.get $b) (local.get $thirds))))
      (v128.store64_lane offset=16 0 (local.get $target) (v128.or
        (i8x16.swizzle (local.get $r) (local.get $lastPairs)) (i8x16.swizzle (local.get $b) (local.get $lastThirds))))
      (local.set $light (i32.add (local.get $light) (i32.const 8)))
      (local.set $blue (i32.add (local.get $blue) (i32.const 8)))
      (local.set $red (i32.add (local.get $red) (i32.const 8)))
      (br_if $eight
        (i32.lt_u (local.tee $target (i32.add (local.get $target) (i32.const 24))) (local.get $end)))))
)
