;; The algebra of the belief: what is multiplied by its covariance, a symmetric matrix of `size` rows, row after row. What each
;; function gives is written as plainly as can be in test/method/algebra.test.ts, and has the same bits: of two numbers that are
;; added up side by side, each belongs to another sum, and every sum keeps its order.
;;
;; Rows of `reach` are `stride` bytes long, filled up to 64, so that eight numbers at once may be written there; what is read or
;; written behind an end is never used. Translated by scripts/build-kernel.ts.
(module
  (import "method" "memory" (memory 1))

  ;; `products[row * 8 + rank]`: each row of the covariance times eight vectors, `directions[column * 8 + rank]`. Two rows at
  ;; once: behind the last row of an odd number there is room for one more, and for what it gives.
  (func (export "spread") (param $covariance i32) (param $size i32) (param $directions i32) (param $products i32)
    (local $row i32) (local $next i32) (local $rowEnd i32) (local $bytes i32) (local $last i32) (local $place i32)
    (local $x v128) (local $y v128) (local $p v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $e v128) (local $f v128) (local $g v128) (local $h v128)
    (local.set $bytes (i32.shl (local.get $size) (i32.const 3)))
    (local.set $row (local.get $covariance))
    (local.set $last (i32.add (local.get $row) (i32.mul (local.get $bytes) (local.get $size))))
    (loop $nextRows
      (local.set $rowEnd (i32.add (local.get $row) (local.get $bytes)))
      (local.set $next (local.get $rowEnd))
      (local.set $place (local.get $directions))
      (local.set $a (v128.const i64x2 0 0))
      (local.set $b (v128.const i64x2 0 0))
      (local.set $c (v128.const i64x2 0 0))
      (local.set $d (v128.const i64x2 0 0))
      (local.set $e (v128.const i64x2 0 0))
      (local.set $f (v128.const i64x2 0 0))
      (local.set $g (v128.const i64x2 0 0))
      (local.set $h (v128.const i64x2 0 0))
      (loop $nextColumn
        (local.set $x (v128.load64_splat (local.get $row)))
        (local.set $y (v128.load64_splat (local.get $next)))
        (local.set $p (v128.load (local.get $place)))
        (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $p) (local.get $x))))
        (local.set $e (f64x2.add (local.get $e) (f64x2.mul (local.get $p) (local.get $y))))
        (local.set $p (v128.load offset=16 (local.get $place)))
        (local.set $b (f64x2.add (local.get $b) (f64x2.mul (local.get $p) (local.get $x))))
        (local.set $f (f64x2.add (local.get $f) (f64x2.mul (local.get $p) (local.get $y))))
        (local.set $p (v128.load offset=32 (local.get $place)))
        (local.set $c (f64x2.add (local.get $c) (f64x2.mul (local.get $p) (local.get $x))))
        (local.set $g (f64x2.add (local.get $g) (f64x2.mul (local.get $p) (local.get $y))))
        (local.set $p (v128.load offset=48 (local.get $place)))
        (local.set $d (f64x2.add (local.get $d) (f64x2.mul (local.get $p) (local.get $x))))
        (local.set $h (f64x2.add (local.get $h) (f64x2.mul (local.get $p) (local.get $y))))
        (local.set $place (i32.add (local.get $place) (i32.const 64)))
        (local.set $next (i32.add (local.get $next) (i32.const 8)))
        (br_if $nextColumn (i32.lt_u
          (local.tee $row (i32.add (local.get $row) (i32.const 8))) (local.get $rowEnd))))
      (v128.store (local.get $products) (local.get $a))
      (v128.store offset=16 (local.get $products) (local.get $b))
      (v128.store offset=32 (local.get $products) (local.get $c))
      (v128.store offset=48 (local.get $products) (local.get $d))
      (v128.store offset=64 (local.get $products) (local.get $e))
      (v128.store offset=80 (local.get $products) (local.get $f))
      (v128.store offset=96 (local.get $products) (local.get $g))
      (v128.store offset=112 (local.get $products) (local.get $h))
      (local.set $products (i32.add (local.get $products) (i32.const 128)))
      (br_if $nextRows (i32.lt_u (local.tee $row (local.get $next)) (local.get $last)))))

  ;; Adds to row `slots[feature]` of `reach`, for each feature in turn, `values[feature]` times the covariance's row
  ;; `indices[feature]`.
  (func (export "reach") (param $covariance i32) (param $size i32) (param $slots i32) (param $indices i32) (param $values i32)
    (param $count i32) (param $reach i32) (param $stride i32)
    (local $value v128) (local $from i32) (local $to i32) (local $end i32) (local $last i32)
    (local.set $last (i32.add (local.get $slots) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $size (i32.shl (local.get $size) (i32.const 3)))
    (loop $nextFeature
      (local.set $value (v128.load64_splat (local.get $values)))
      (local.set $from (i32.add (local.get $covariance) (i32.mul (i32.load (local.get $indices)) (local.get $size))))
      (local.set $to (i32.add (local.get $reach) (i32.mul (i32.load (local.get $slots)) (local.get $stride))))
      (local.set $end (i32.add (local.get $to) (local.get $size)))
      (loop $nextEight
        (v128.store (local.get $to) (f64x2.add (v128.load (local.get $to))
          (f64x2.mul (local.get $value) (v128.load (local.get $from)))))
        (v128.store offset=16 (local.get $to) (f64x2.add (v128.load offset=16 (local.get $to))
          (f64x2.mul (local.get $value) (v128.load offset=16 (local.get $from)))))
        (v128.store offset=32 (local.get $to) (f64x2.add (v128.load offset=32 (local.get $to))
          (f64x2.mul (local.get $value) (v128.load offset=32 (local.get $from)))))
        (v128.store offset=48 (local.get $to) (f64x2.add (v128.load offset=48 (local.get $to))
          (f64x2.mul (local.get $value) (v128.load offset=48 (local.get $from)))))
        (local.set $from (i32.add (local.get $from) (i32.const 64)))
        (br_if $nextEight (i32.lt_u
          (local.tee $to (i32.add (local.get $to) (i32.const 64))) (local.get $end))))
      (local.set $indices (i32.add (local.get $indices) (i32.const 4)))
      (local.set $values (i32.add (local.get $values) (i32.const 8)))
      (br_if $nextFeature (i32.lt_u
        (local.tee $slots (i32.add (local.get $slots) (i32.const 4))) (local.get $last)))))

  ;; The covariance less `reach`' times `gain` times `reach`, in place; `gain` has n rows, n numbers each and one more where n is
  ;; odd. Below the diagonal it is computed, and brought over, eight rows at a time, to above it, so that it is symmetric to the
  ;; last bit. Until then what lies there is not read; so of a row's last two numbers one may lie above the diagonal.
  ;; `gained`: scratch, n numbers and one more.
  (func (export "shrink") (param $covariance i32) (param $size i32) (param $reach i32) (param $stride i32) (param $gain i32)
    (param $n i32) (param $gained i32)
    (local $row i32) (local $first i32) (local $place i32) (local $end i32) (local $column i32)
    (loop $nextRow
      (call $gainRow (i32.add (local.get $reach) (i32.shl (local.get $row) (i32.const 3)))
        (local.get $stride) (local.get $gain) (local.get $n) (local.get $gained))
      (local.set $place (i32.add (local.get $covariance)
        (i32.shl (i32.mul (local.get $row) (local.get $size)) (i32.const 3))))
      (local.set $column (local.get $reach))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (local.set $end (i32.add (local.get $place) (i32.shl (local.get $row) (i32.const 3))))
      (block $done
        (block $rest (loop $nextEight
          (br_if $rest (i32.gt_u (i32.add (local.get $place) (i32.const 64)) (local.get $end)))
          (call $lessEight (local.get $place) (local.get $column) (local.get $stride) (local.get $gained) (local.get $n))
          (local.set $column (i32.add (local.get $column) (i32.const 64)))
          (local.set $place (i32.add (local.get $place) (i32.const 64)))
          (br $nextEight)))
        (loop $nextTwo
          (br_if $done (i32.ge_u (local.get $place) (local.get $end)))
          (call $lessTwo (local.get $place) (local.get $column) (local.get $stride) (local.get $gained) (local.get $n))
          (local.set $column (i32.add (local.get $column) (i32.const 16)))
          (local.set $place (i32.add (local.get $place) (i32.const 16)))
          (br $nextTwo)))
      (if (i32.or (i32.eqz (i32.and (local.get $row) (i32.const 7))) (i32.eq (local.get $row) (local.get $size))) (then
        (call $mirror (local.get $covariance) (local.get $size) (local.get $first) (local.get $row))
        (local.set $first (local.get $row))))
      (br_if $nextRow (i32.lt_u (local.get $row) (local.get $size)))))

  ;; `gained`: one column of `reach` times `gain`.
  (func $gainRow (param $reach i32) (param $stride i32) (param $gain i32) (param $n i32) (param $gained i32)
    (local $end i32) (local $k i32) (local $from i32) (local $entry i32) (local $width i32) (local $sum v128)
    (local.set $width (i32.shl (i32.and (i32.add (local.get $n) (i32.const 1)) (i32.const -2)) (i32.const 3)))
    (local.set $end (i32.add (local.get $gain) (local.get $width)))
    (loop $nextTwo
      (local.set $sum (v128.const i64x2 0 0))
      (local.set $k (i32.const 0))
      (local.set $from (local.get $gain))
      (local.set $entry (local.get $reach))
      (loop $nextK
        (local.set $sum (f64x2.add (local.get $sum)
          (f64x2.mul (v128.load64_splat (local.get $entry)) (v128.load (local.get $from)))))
        (local.set $entry (i32.add (local.get $entry) (local.get $stride)))
        (local.set $from (i32.add (local.get $from) (local.get $width)))
        (br_if $nextK (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $n))))
      (v128.store (local.get $gained) (local.get $sum))
      (local.set $gained (i32.add (local.get $gained) (i32.const 16)))
      (br_if $nextTwo (i32.lt_u
        (local.tee $gain (i32.add (local.get $gain) (i32.const 16))) (local.get $end)))))

  ;; Takes from eight numbers those of n rows, each times what was gained.
  (func $lessEight (param $place i32) (param $from i32) (param $stride i32) (param $gained i32) (param $n i32)
    (local $last i32) (local $amount v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $last (i32.add (local.get $gained) (i32.shl (local.get $n) (i32.const 3))))
    (loop $nextK
      (local.set $amount (v128.load64_splat (local.get $gained)))
      (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $amount) (v128.load (local.get $from)))))
      (local.set $b (f64x2.add (local.get $b) (f64x2.mul (local.get $amount) (v128.load offset=16 (local.get $from)))))
      (local.set $c (f64x2.add (local.get $c) (f64x2.mul (local.get $amount) (v128.load offset=32 (local.get $from)))))
      (local.set $d (f64x2.add (local.get $d) (f64x2.mul (local.get $amount) (v128.load offset=48 (local.get $from)))))
      (local.set $from (i32.add (local.get $from) (local.get $stride)))
      (br_if $nextK (i32.lt_u
        (local.tee $gained (i32.add (local.get $gained) (i32.const 8))) (local.get $last))))
    (v128.store (local.get $place) (f64x2.sub (v128.load (local.get $place)) (local.get $a)))
    (v128.store offset=16 (local.get $place) (f64x2.sub (v128.load offset=16 (local.get $place)) (local.get $b)))
    (v128.store offset=32 (local.get $place) (f64x2.sub (v128.load offset=32 (local.get $place)) (local.get $c)))
    (v128.store offset=48 (local.get $place) (f64x2.sub (v128.load offset=48 (local.get $place)) (local.get $d))))

  ;; The same with two.
  (func $lessTwo (param $place i32) (param $from i32) (param $stride i32) (param $gained i32) (param $n i32)
    (local $last i32) (local $sum v128)
    (local.set $last (i32.add (local.get $gained) (i32.shl (local.get $n) (i32.const 3))))
    (loop $nextK
      (local.set $sum (f64x2.add (local.get $sum)
        (f64x2.mul (v128.load64_splat (local.get $gained)) (v128.load (local.get $from)))))
      (local.set $from (i32.add (local.get $from) (local.get $stride)))
      (br_if $nextK (i32.lt_u
        (local.tee $gained (i32.add (local.get $gained) (i32.const 8))) (local.get $last))))
    (v128.store (local.get $place) (f64x2.sub (v128.load (local.get $place)) (local.get $sum))))

  ;; Brings some rows, up to the diagonal, to the columns of the same number.
  (func $mirror (param $covariance i32) (param $size i32) (param $first i32) (param $end i32)
    (local $column i32) (local $row i32) (local $from i32) (local $to i32) (local $bytes i32)
    (local.set $bytes (i32.shl (local.get $size) (i32.const 3)))
    (loop $nextColumn
      (local.set $row (select (local.get $first) (i32.add (local.get $column) (i32.const 1))
        (i32.gt_u (local.get $first) (local.get $column))))
      (local.set $to (i32.add (local.get $covariance) (i32.shl
        (i32.add (i32.mul (local.get $column) (local.get $size)) (local.get $row)) (i32.const 3))))
      (local.set $from (i32.add (local.get $covariance) (i32.shl
        (i32.add (i32.mul (local.get $row) (local.get $size)) (local.get $column)) (i32.const 3))))
      (block $done (loop $nextRow
        (br_if $done (i32.ge_u (local.get $row) (local.get $end)))
        (i64.store (local.get $to) (i64.load (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $from (i32.add (local.get $from) (local.get $bytes)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $nextRow)))
      (br_if $nextColumn (i32.lt_u
        (local.tee $column (i32.add (local.get $column) (i32.const 1))) (local.get $end))))))
