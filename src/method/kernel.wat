;; The passes of a question over all votes of a batch. What each pass gives is said, and written to be read, in TypeScript:
;; votesOf in vote.ts, sumByModel, gapVariances and gapGradients in gaps.ts, answeredGaps in scenario-gaps.ts, gainsOf in shifted.ts,
;; promisesOf and scoresOf in scores.ts.
;;
;; `answered` and `scores` go through a list of items, `termGradients` item by item. Every other pass goes block by block, 128 items each (the last block of a batch may have fewer), and first builds
;; a table by row of the block in `scratch`, which no other thread has; a row is one outcome of one item. The models' votes lie
;; in two ways: `rows[(block * models + model) * 128 + item]`, 16 bits, is the row that a model voted for; and a list of the
;; rows that a model voted for against their items' majorities, model after model, each list filled up to a multiple of four with
;; the row behind the last, which is always 0. `lists[block * models + model]` says where one starts.
;;
;; A pass takes the place of the list of places `at` (kernel-layout.ts), the first block, the one behind the last, where its
;; results go, and its scratch. Sums run in one fixed order, so the same votes give the same bits. Translated by
;; scripts/build-kernel.ts.
(module
  (import "method" "memory" (memory 1 65536))

  ;; The chance of each outcome, by row. `votes[model]`: what a model's vote adds to a logit, `everybody` all of them together;
  ;; `others[candidates]`: the logit of a class nobody predicted.
  (func (export "votes") (param $at i32) (param $block i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $items i32) (local $models i32) (local $rowStart i32) (local $list i32) (local $place i32) (local $last i32)
    (local $item i32) (local $lastItem i32) (local $bytes i32) (local $vote i32) (local $lastVote i32) (local $weight f64)
    (local $cell i32) (local $first i32) (local $known i32) (local $behind i32) (local $rowEnd i32) (local $most i32)
    (local $sum v128) (local $high v128) (local $saved f64) (local $factors i32) (local $terms i32) (local $count i32)
    (local $x v128) (local $n v128) (local $r v128) (local $p v128) (local $s v128) (local $q v128) (local $least v128)
    (local $c0 v128) (local $c1 v128) (local $c2 v128) (local $c3 v128) (local $c4 v128) (local $c5 v128) (local $c6 v128)
    (local.set $items (i32.load offset=0 (local.get $at)))
    (local.set $models (i32.load offset=4 (local.get $at)))
    (local.set $rowStart (i32.load offset=8 (local.get $at)))
    (local.set $factors (i32.load offset=68 (local.get $at)))
    (local.set $c0 (v128.load64_splat offset=0 (local.get $factors)))
    (local.set $c1 (v128.load64_splat offset=8 (local.get $factors)))
    (local.set $c2 (v128.load64_splat offset=16 (local.get $factors)))
    (local.set $c3 (v128.load64_splat offset=24 (local.get $factors)))
    (local.set $c4 (v128.load64_splat offset=32 (local.get $factors)))
    (local.set $c5 (v128.load64_splat offset=40 (local.get $factors)))
    (local.set $c6 (v128.load64_splat offset=120 (local.get $factors)))
    (local.set $lastVote (i32.add (i32.load offset=44 (local.get $at)) (i32.shl (local.get $models) (i32.const 3))))
    (loop $nextBlock
      (local.set $item (i32.shl (local.get $block) (i32.const 7)))
      (local.set $lastItem (select (local.get $items) (i32.add (local.get $item) (i32.const 128))
        (i32.lt_u (local.get $items) (i32.add (local.get $item) (i32.const 128)))))
      (local.set $first (i32.load (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2)))))
      (local.set $bytes (i32.shl (i32.sub
        (i32.load (i32.add (local.get $rowStart) (i32.shl (local.get $lastItem) (i32.const 2))))
        (local.get $first)) (i32.const 3)))
      (memory.fill (local.get $scratch) (i32.const 0) (i32.add (local.get $bytes) (i32.const 16)))
      ;; Each dissenter's vote.
      (local.set $list (i32.add (i32.load offset=12 (local.get $at))
        (i32.shl (i32.mul (local.get $block) (local.get $models)) (i32.const 2))))
      (local.set $place (i32.load (local.get $list)))
      (local.set $vote (i32.load offset=44 (local.get $at)))
      (loop $nextModel
        (local.set $last (i32.load offset=4 (local.get $list)))
        (local.set $weight (f64.load (local.get $vote)))
        (block $listed (loop $nextFour
          (br_if $listed (i32.ge_u (local.get $place) (local.get $last)))
          (local.set $cell (i32.add (local.get $scratch) (i32.shl (i32.load16_u (local.get $place)) (i32.const 3))))
          (f64.store (local.get $cell) (f64.add (f64.load (local.get $cell)) (local.get $weight)))
          (local.set $cell (i32.add (local.get $scratch) (i32.shl (i32.load16_u offset=2 (local.get $place)) (i32.const 3))))
          (f64.store (local.get $cell) (f64.add (f64.load (local.get $cell)) (local.get $weight)))
          (local.set $cell (i32.add (local.get $scratch) (i32.shl (i32.load16_u offset=4 (local.get $place)) (i32.const 3))))
          (f64.store (local.get $cell) (f64.add (f64.load (local.get $cell)) (local.get $weight)))
          (local.set $cell (i32.add (local.get $scratch) (i32.shl (i32.load16_u offset=6 (local.get $place)) (i32.const 3))))
          (f64.store (local.get $cell) (f64.add (f64.load (local.get $cell)) (local.get $weight)))
          (local.set $place (i32.add (local.get $place) (i32.const 8)))
          (br $nextFour)))
        (local.set $list (i32.add (local.get $list) (i32.const 4)))
        (br_if $nextModel (i32.lt_u
          (local.tee $vote (i32.add (local.get $vote) (i32.const 8))) (local.get $lastVote))))
      (local.set $cell (local.get $scratch))
      (loop $nextItem
        (local.set $count (i32.load16_u (i32.add (i32.load offset=28 (local.get $at))
          (i32.shl (local.get $item) (i32.const 1)))))
        (local.set $most (i32.add (local.get $cell) (i32.shl
          (i32.load16_u (i32.add (i32.load offset=20 (local.get $at)) (i32.shl (local.get $item) (i32.const 1))))
          (i32.const 3))))
        (local.set $known (i32.add (local.get $cell) (i32.shl
          (i32.load16_u (i32.add (i32.load offset=24 (local.get $at)) (i32.shl (local.get $item) (i32.const 1))))
          (i32.const 3))))
        (local.set $behind (i32.add (local.get $cell) (i32.shl (local.get $count) (i32.const 3))))
        (local.set $rowEnd (i32.add (local.get $scratch) (i32.shl (i32.sub
          (i32.load offset=4 (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2))))
          (local.get $first)) (i32.const 3))))
        ;; The majority has everybody's votes but the dissenters'.
        (local.set $sum (v128.const i64x2 0 0))
        (local.set $high (v128.const i64x2 0 0))
        (local.set $vote (local.get $cell))
        (loop $nextRow
          (local.set $x (v128.load64_splat (local.get $vote)))
          (local.set $sum (f64x2.add (local.get $sum) (local.get $x)))
          (local.set $high (f64x2.pmax (local.get $high) (local.get $x)))
          (br_if $nextRow (i32.lt_u
            (local.tee $vote (i32.add (local.get $vote) (i32.const 8))) (local.get $rowEnd))))
        (f64.store (local.get $most)
          (f64.sub (f64.load (i32.load offset=56 (local.get $at))) (f64x2.extract_lane 0 (local.get $sum))))
        (if (i32.lt_u (local.get $known) (local.get $behind)) (then
          (f64.store (local.get $known) (f64.load (i32.add (i32.load offset=48 (local.get $at))
            (i32.sub (local.get $known) (local.get $cell)))))
          (local.set $high (f64x2.pmax (local.get $high) (v128.load64_splat (local.get $known))))))
        (local.set $high (f64x2.pmax (local.get $high) (v128.load64_splat (local.get $most))))
        (if (i32.load offset=32 (local.get $at)) (then
          (local.set $terms (i32.add (i32.load offset=32 (local.get $at)) (i32.add
            (i32.shl (local.get $first) (i32.const 1))
            (i32.shr_u (i32.sub (local.get $cell) (local.get $scratch)) (i32.const 2)))))
          (local.set $vote (local.get $cell))
          (loop $nextTerm
            (f64.store (local.get $vote) (f64.add (f64.load (local.get $vote)) (f64.load
              (i32.add (i32.load offset=52 (local.get $at)) (i32.shl (i32.load16_u (local.get $terms)) (i32.const 3))))))
            (local.set $terms (i32.add (local.get $terms) (i32.const 2)))
            (br_if $nextTerm (i32.lt_u
              (local.tee $vote (i32.add (local.get $vote) (i32.const 8))) (local.get $known))))
          (local.set $high (v128.const i64x2 0 0))))
        ;; Where the largest is not known yet: with terms by class, or if what stood for the majority was the largest.
        (if (f64.le (f64x2.extract_lane 0 (local.get $high)) (f64.const 0)) (then
          (local.set $high (v128.load64_splat (local.get $cell)))
          (local.set $vote (local.get $cell))
          (loop $nextRow
            (local.set $high (f64x2.pmax (local.get $high) (v128.load64_splat (local.get $vote))))
            (br_if $nextRow (i32.lt_u
              (local.tee $vote (i32.add (local.get $vote) (i32.const 8))) (local.get $behind))))))
        ;; e^x of the logits less the largest, two at once; 0 below -60. With n the whole number next to x / ln 2, it is
        ;; 2^n e^(x - n ln 2): a polynomial good to the last bits, whose exponent n is added to. An odd row's second
        ;; half is the next item's first row, which comes back in the end.
        (local.set $saved (f64.load (local.get $behind)))
        (f64.store (local.get $behind) (f64.const -inf))
        (local.set $sum (v128.const i64x2 0 0))
        (local.set $vote (local.get $cell))
        (loop $nextTwo
          (local.set $x (f64x2.sub (v128.load (local.get $vote)) (local.get $high)))
          ;; Adding 1.5 * 2^52 rounds, and leaves n in the lowest bits. The first part of ln 2 times n is exact.
          (local.set $n (f64x2.add (f64x2.mul (local.get $x) (local.get $c0)) (local.get $c1)))
          (local.set $r (f64x2.sub (local.get $n) (local.get $c1)))
          (local.set $r (f64x2.sub
            (f64x2.sub (local.get $x) (f64x2.mul (local.get $r) (local.get $c2)))
            (f64x2.mul (local.get $r) (local.get $c3))))
          (local.set $s (f64x2.mul (local.get $r) (local.get $r)))
          (local.set $q (f64x2.mul (local.get $s) (local.get $s)))
          (local.set $p (f64x2.add
            (f64x2.add (f64x2.mul (v128.load64_splat offset=48 (local.get $factors)) (local.get $r)) (v128.load64_splat offset=56 (local.get $factors)))
            (f64x2.mul (local.get $c5) (local.get $s))))
          (local.set $p (f64x2.add
            (f64x2.add
              (f64x2.add (f64x2.mul (v128.load64_splat offset=80 (local.get $factors)) (local.get $r)) (v128.load64_splat offset=88 (local.get $factors)))
              (f64x2.mul (local.get $s)
                (f64x2.add (f64x2.mul (v128.load64_splat offset=64 (local.get $factors)) (local.get $r)) (v128.load64_splat offset=72 (local.get $factors)))))
            (f64x2.mul (local.get $q) (local.get $p))))
          (local.set $p (f64x2.add
            (f64x2.add
              (f64x2.add (f64x2.mul (v128.load64_splat offset=112 (local.get $factors)) (local.get $r)) (local.get $c6))
              (f64x2.mul (local.get $s)
                (f64x2.add (f64x2.mul (v128.load64_splat offset=96 (local.get $factors)) (local.get $r)) (v128.load64_splat offset=104 (local.get $factors)))))
            (f64x2.mul (local.get $q) (local.get $p))))
          (local.set $p (v128.and
            (i64x2.add (local.get $p) (i64x2.shl (local.get $n) (i32.const 52)))
            (f64x2.ge (local.get $x) (local.get $c4))))
          (v128.store (local.get $vote) (local.get $p))
          (local.set $sum (f64x2.add (local.get $sum) (local.get $p)))
          (br_if $nextTwo (i32.lt_u
            (local.tee $vote (i32.add (local.get $vote) (i32.const 16))) (local.get $behind))))
        ;; From the exponentials to the chances, with the lapse mixed in.
        (local.set $weight (f64.load offset=72 (local.get $at)))
        (local.set $least (f64x2.splat (f64.div (local.get $weight) (f64.convert_i32_u (local.get $count)))))
        (local.set $sum (f64x2.splat (f64.div
          (f64.sub (f64.const 1) (local.get $weight))
          (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum))))))
        (loop $nextTwo
          (v128.store (local.get $cell)
            (f64x2.add (f64x2.mul (v128.load (local.get $cell)) (local.get $sum)) (local.get $least)))
          (br_if $nextTwo (i32.lt_u
            (local.tee $cell (i32.add (local.get $cell) (i32.const 16))) (local.get $behind))))
        (f64.store (local.get $behind) (local.get $saved))
        (if (i32.lt_u (local.get $behind) (local.get $rowEnd)) (then
          (f64.store (local.get $behind) (f64.const 0))))
        (local.set $cell (local.get $rowEnd))
        (br_if $nextItem (i32.lt_u
          (local.tee $item (i32.add (local.get $item) (i32.const 1))) (local.get $lastItem))))
      (memory.copy (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $first) (i32.const 3)))
        (local.get $scratch) (local.get $bytes))
      (br_if $nextBlock (i32.lt_u
        (local.tee $block (i32.add (local.get $block) (i32.const 1))) (local.get $end)))))

  ;; To `target`: by how much each model's sum of the values that `chances` holds at its votes differs from everybody's sum at
  ;; the majorities; and that, behind them.
  (func (export "sums") (param $at i32) (param $block i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $items i32) (local $models i32) (local $rowStart i32) (local $list i32) (local $place i32) (local $last i32)
    (local $item i32) (local $lastItem i32) (local $cell i32) (local $rowEnd i32) (local $from i32) (local $first i32)
    (local $most v128) (local $everybody f64) (local $to i32) (local $behind i32)
    (local $a f64) (local $b f64) (local $c f64) (local $d f64)
    (local.set $items (i32.load offset=0 (local.get $at)))
    (local.set $models (i32.load offset=4 (local.get $at)))
    (local.set $rowStart (i32.load offset=8 (local.get $at)))
    (local.set $behind (i32.add (local.get $target) (i32.shl (local.get $models) (i32.const 3))))
    (memory.fill (local.get $target) (i32.const 0) (i32.shl (local.get $models) (i32.const 3)))
    (loop $nextBlock
      (local.set $item (i32.shl (local.get $block) (i32.const 7)))
      (local.set $lastItem (select (local.get $items) (i32.add (local.get $item) (i32.const 128))
        (i32.lt_u (local.get $items) (i32.add (local.get $item) (i32.const 128)))))
      (local.set $first (i32.load (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2)))))
      (local.set $from (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $first) (i32.const 3))))
      (local.set $cell (local.get $scratch))
      (loop $nextItem
        (local.set $rowEnd (i32.add (local.get $scratch) (i32.shl (i32.sub
          (i32.load offset=4 (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2))))
          (local.get $first)) (i32.const 3))))
        (local.set $most (v128.load64_splat (i32.add (local.get $from) (i32.shl
          (i32.load16_u (i32.add (i32.load offset=20 (local.get $at)) (i32.shl (local.get $item) (i32.const 1))))
          (i32.const 3)))))
        (local.set $everybody (f64.add (local.get $everybody) (f64x2.extract_lane 0 (local.get $most))))
        (local.set $place (local.get $from))
        (local.set $from (i32.add (local.get $from) (i32.sub (local.get $rowEnd) (local.get $cell))))
        (loop $nextTwo
          (v128.store (local.get $cell) (f64x2.sub (v128.load (local.get $place)) (local.get $most)))
          (local.set $place (i32.add (local.get $place) (i32.const 16)))
          (br_if $nextTwo (i32.lt_u
            (local.tee $cell (i32.add (local.get $cell) (i32.const 16))) (local.get $rowEnd))))
        (local.set $cell (local.get $rowEnd))
        (br_if $nextItem (i32.lt_u
          (local.tee $item (i32.add (local.get $item) (i32.const 1))) (local.get $lastItem))))
      (f64.store (local.get $cell) (f64.const 0))
      (local.set $list (i32.add (i32.load offset=12 (local.get $at))
        (i32.shl (i32.mul (local.get $block) (local.get $models)) (i32.const 2))))
      (local.set $place (i32.load (local.get $list)))
      (local.set $to (local.get $target))
      (loop $nextModel
        (local.set $last (i32.load offset=4 (local.get $list)))
        (local.set $a (f64.load (local.get $to)))
        (local.set $b (f64.const 0))
        (local.set $c (f64.const 0))
        (local.set $d (f64.const 0))
        (block $listed (loop $nextFour
          (br_if $listed (i32.ge_u (local.get $place) (local.get $last)))
          (local.set $a (f64.add (local.get $a) (f64.load
            (i32.add (local.get $scratch) (i32.shl (i32.load16_u (local.get $place)) (i32.const 3))))))
          (local.set $b (f64.add (local.get $b) (f64.load
            (i32.add (local.get $scratch) (i32.shl (i32.load16_u offset=2 (local.get $place)) (i32.const 3))))))
          (local.set $c (f64.add (local.get $c) (f64.load
            (i32.add (local.get $scratch) (i32.shl (i32.load16_u offset=4 (local.get $place)) (i32.const 3))))))
          (local.set $d (f64.add (local.get $d) (f64.load
            (i32.add (local.get $scratch) (i32.shl (i32.load16_u offset=6 (local.get $place)) (i32.const 3))))))
          (local.set $place (i32.add (local.get $place) (i32.const 8)))
          (br $nextFour)))
        (f64.store (local.get $to)
          (f64.add (f64.add (local.get $a) (local.get $b)) (f64.add (local.get $c) (local.get $d))))
        (local.set $list (i32.add (local.get $list) (i32.const 4)))
        (br_if $nextModel (i32.lt_u
          (local.tee $to (i32.add (local.get $to) (i32.const 8))) (local.get $behind))))
      (br_if $nextBlock (i32.lt_u
        (local.tee $block (i32.add (local.get $block) (i32.const 1))) (local.get $end))))
    (f64.store (local.get $behind) (local.get $everybody)))

  ;; To `target`, for each of `count` columns (an even number) the sums of the pair (doubt, hardness) over the items on which
  ;; the leader and the column differ; behind these, how many they are, 32 bits each.
  (func (export "variances") (param $at i32) (param $block i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $items i32) (local $models i32) (local $rowStart i32) (local $item i32) (local $lastItem i32) (local $cell i32)
    (local $rowEnd i32) (local $from i32) (local $first i32) (local $rows i32) (local $leading i32) (local $column i32)
    (local $lastColumn i32) (local $one i32) (local $other i32) (local $lastOne i32) (local $to i32) (local $apart i32)
    (local $right f64) (local $chance f64) (local $gap f64) (local $hard f64) (local $a v128) (local $b v128)
    (local $counts v128) (local $more v128)
    (local.set $items (i32.load offset=0 (local.get $at)))
    (local.set $models (i32.load offset=4 (local.get $at)))
    (local.set $rowStart (i32.load offset=8 (local.get $at)))
    (memory.fill (local.get $target) (i32.const 0) (i32.mul (i32.load offset=88 (local.get $at)) (i32.const 20)))
    (loop $nextBlock
      (local.set $item (i32.shl (local.get $block) (i32.const 7)))
      (local.set $lastItem (select (local.get $items) (i32.add (local.get $item) (i32.const 128))
        (i32.lt_u (local.get $items) (i32.add (local.get $item) (i32.const 128)))))
      (local.set $first (i32.load (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2)))))
      (local.set $from (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $first) (i32.const 3))))
      (local.set $rows (i32.add (i32.load offset=16 (local.get $at))
        (i32.shl (i32.mul (local.get $block) (local.get $models)) (i32.const 8))))
      (local.set $leading (i32.add (local.get $rows) (i32.shl (i32.load offset=80 (local.get $at)) (i32.const 8))))
      (local.set $one (local.get $leading))
      (local.set $cell (local.get $scratch))
      (loop $nextItem
        (local.set $rowEnd (i32.add (local.get $scratch) (i32.shl (i32.sub
          (i32.load offset=4 (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2))))
          (local.get $first)) (i32.const 4))))
        (local.set $right (f64.load (i32.add
          (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $first) (i32.const 3)))
          (i32.shl (i32.load16_u (local.get $one)) (i32.const 3)))))
        (local.set $hard (f64.load (i32.add (i32.load offset=60 (local.get $at)) (i32.shl (local.get $item) (i32.const 3)))))
        (loop $nextRow
          (local.set $chance (f64.load (local.get $from)))
          (local.set $gap (f64.sub (local.get $right) (local.get $chance)))
          (f64.store (local.get $cell) (f64.sub
            (f64.add (local.get $right) (local.get $chance)) (f64.mul (local.get $gap) (local.get $gap))))
          (f64.store offset=8 (local.get $cell) (local.get $hard))
          (local.set $from (i32.add (local.get $from) (i32.const 8)))
          (br_if $nextRow (i32.lt_u
            (local.tee $cell (i32.add (local.get $cell) (i32.const 16))) (local.get $rowEnd))))
        (v128.store (i32.add (local.get $scratch) (i32.shl (i32.load16_u (local.get $one)) (i32.const 4)))
          (v128.const i64x2 0 0))
        (local.set $one (i32.add (local.get $one) (i32.const 2)))
        (br_if $nextItem (i32.lt_u
          (local.tee $item (i32.add (local.get $item) (i32.const 1))) (local.get $lastItem))))
      (local.set $column (i32.load offset=84 (local.get $at)))
      (local.set $lastColumn (i32.add (local.get $column) (i32.shl (i32.load offset=88 (local.get $at)) (i32.const 2))))
      (local.set $to (local.get $target))
      (local.set $apart (i32.add (local.get $target) (i32.shl (i32.load offset=88 (local.get $at)) (i32.const 4))))
      (loop $nextColumns
        (local.set $one (i32.add (local.get $rows) (i32.shl (i32.load (local.get $column)) (i32.const 8))))
        (local.set $other (i32.add (local.get $rows) (i32.shl (i32.load offset=4 (local.get $column)) (i32.const 8))))
        ;; A block's last items may be none, where all models have row 0. Counts by 16 bits: as many as there are rounds.
        (local.set $lastOne (i32.add (local.get $one) (i32.const 256)))
        (local.set $from (local.get $leading))
        (local.set $counts (v128.const i64x2 0 0))
        (local.set $more (v128.const i64x2 0 0))
        (loop $nextEight
          (local.set $counts (i16x8.sub (local.get $counts)
            (i16x8.ne (v128.load (local.get $one)) (v128.load (local.get $from)))))
          (local.set $more (i16x8.sub (local.get $more)
            (i16x8.ne (v128.load (local.get $other)) (v128.load (local.get $from)))))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (local.set $other (i32.add (local.get $other) (i32.const 16)))
          (br_if $nextEight (i32.lt_u
            (local.tee $one (i32.add (local.get $one) (i32.const 16))) (local.get $lastOne))))
        (local.set $counts (i32x4.extadd_pairwise_i16x8_u (local.get $counts)))
        (local.set $more (i32x4.extadd_pairwise_i16x8_u (local.get $more)))
        (local.set $counts (i32x4.add
          (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $counts) (local.get $more))
          (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $counts) (local.get $more))))
        (i32.store (local.get $apart) (i32.add (i32.load (local.get $apart)) (i32.add
          (i32x4.extract_lane 0 (local.get $counts)) (i32x4.extract_lane 1 (local.get $counts)))))
        (i32.store offset=4 (local.get $apart) (i32.add (i32.load offset=4 (local.get $apart)) (i32.add
          (i32x4.extract_lane 2 (local.get $counts)) (i32x4.extract_lane 3 (local.get $counts)))))
        (local.set $one (i32.sub (local.get $one) (i32.const 256)))
        (local.set $other (i32.sub (local.get $other) (i32.const 256)))
        (local.set $lastOne (i32.add (local.get $one) (i32.shl
          (i32.sub (local.get $lastItem) (i32.shl (local.get $block) (i32.const 7))) (i32.const 1))))
        (local.set $a (v128.load (local.get $to)))
        (local.set $b (v128.load offset=16 (local.get $to)))
        (loop $nextItem
          (local.set $a (f64x2.add (local.get $a) (v128.load
            (i32.add (local.get $scratch) (i32.shl (i32.load16_u (local.get $one)) (i32.const 4))))))
          (local.set $b (f64x2.add (local.get $b) (v128.load
            (i32.add (local.get $scratch) (i32.shl (i32.load16_u (local.get $other)) (i32.const 4))))))
          (local.set $other (i32.add (local.get $other) (i32.const 2)))
          (br_if $nextItem (i32.lt_u
            (local.tee $one (i32.add (local.get $one) (i32.const 2))) (local.get $lastOne))))
        (v128.store (local.get $to) (local.get $a))
        (v128.store offset=16 (local.get $to) (local.get $b))
        (local.set $to (i32.add (local.get $to) (i32.const 32)))
        (local.set $apart (i32.add (local.get $apart) (i32.const 8)))
        (br_if $nextColumns (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 8))) (local.get $lastColumn))))
      (br_if $nextBlock (i32.lt_u
        (local.tee $block (i32.add (local.get $block) (i32.const 1))) (local.get $end)))))

  ;; To `hardness`: for each unit of click error, the chance that a click on an item is wrong.
  (func (export "hardness") (param $at i32) (param $block i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $item i32) (local $lastItem i32) (local $start i32) (local $row i32) (local $rowEnd i32) (local $chance i32)
    (local $wrong f64) (local $to i32)
    (local.set $item (i32.shl (local.get $block) (i32.const 7)))
    (local.set $lastItem (i32.shl (local.get $end) (i32.const 7)))
    (local.set $lastItem (select (local.get $lastItem) (i32.load offset=0 (local.get $at))
      (i32.lt_u (local.get $lastItem) (i32.load offset=0 (local.get $at)))))
    (local.set $start (i32.add (i32.load offset=8 (local.get $at)) (i32.shl (local.get $item) (i32.const 2))))
    (local.set $to (i32.add (i32.load offset=60 (local.get $at)) (i32.shl (local.get $item) (i32.const 3))))
    (local.set $row (i32.add (i32.load offset=40 (local.get $at))
      (i32.shl (i32.load (local.get $start)) (i32.const 3))))
    (local.set $chance (i32.add (i32.load offset=36 (local.get $at))
      (i32.shl (i32.load (local.get $start)) (i32.const 3))))
    (loop $nextItem
      (local.set $start (i32.add (local.get $start) (i32.const 4)))
      (local.set $rowEnd (i32.add (i32.load offset=40 (local.get $at))
        (i32.shl (i32.load (local.get $start)) (i32.const 3))))
      (local.set $wrong (f64.const 0))
      (loop $nextRow
        (local.set $wrong (f64.add (local.get $wrong) (f64.mul (f64.load (local.get $row))
          (f64.sub (f64.const 1) (f64.load (local.get $chance))))))
        (local.set $chance (i32.add (local.get $chance) (i32.const 8)))
        (br_if $nextRow (i32.lt_u
          (local.tee $row (i32.add (local.get $row) (i32.const 8))) (local.get $rowEnd))))
      (f64.store (local.get $to) (local.get $wrong))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (br_if $nextItem (i32.lt_u
        (local.tee $item (i32.add (local.get $item) (i32.const 1))) (local.get $lastItem)))))

  ;; 64 bytes at `from`, added to those at `at`.
  (func $add64 (param $at i32) (param $from i32)
    (v128.store (local.get $at) (f64x2.add (v128.load (local.get $at)) (v128.load (local.get $from))))
    (v128.store offset=16 (local.get $at)
      (f64x2.add (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $from))))
    (v128.store offset=32 (local.get $at)
      (f64x2.add (v128.load offset=32 (local.get $at)) (v128.load offset=32 (local.get $from))))
    (v128.store offset=48 (local.get $at)
      (f64x2.add (v128.load offset=48 (local.get $at)) (v128.load offset=48 (local.get $from)))))

  ;; How the lead over each of eight models hangs on each vote, 64 bytes at a time. To `target`: `votes[model * 8 + rank]`
  ;; beyond everybody's, then `everybody[rank]`, `other[rank]` and, where classes have terms, `classTerms[class * 8 + rank]`.
  ;; A column that is the leader itself gets zeros.
  (func (export "gradients") (param $at i32) (param $block i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $items i32) (local $models i32) (local $rowStart i32) (local $list i32) (local $place i32) (local $last i32)
    (local $item i32) (local $lastItem i32) (local $cell i32) (local $rowEnd i32) (local $from i32) (local $first i32)
    (local $rows i32) (local $leading i32) (local $columns i32) (local $behind i32) (local $known i32) (local $terms i32)
    (local $base i32) (local $most i32) (local $mostRow i32) (local $zero i32) (local $chance v128) (local $right v128)
    (local $r0 i32) (local $r1 i32) (local $r2 i32) (local $r3 i32) (local $r4 i32) (local $r5 i32) (local $r6 i32)
    (local $r7 i32) (local $m0 i32) (local $m1 i32) (local $m2 i32) (local $m3 i32) (local $m4 i32) (local $m5 i32)
    (local $m6 i32) (local $m7 i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $ma v128) (local $mb v128) (local $mc v128) (local $md v128)
    (local.set $items (i32.load offset=0 (local.get $at)))
    (local.set $models (i32.load offset=4 (local.get $at)))
    (local.set $rowStart (i32.load offset=8 (local.get $at)))
    (local.set $zero (i32.load offset=100 (local.get $at)))
    (local.set $columns (i32.load offset=84 (local.get $at)))
    (local.set $behind (i32.add (local.get $target) (i32.shl (local.get $models) (i32.const 6))))
    (memory.fill (local.get $target) (i32.const 0) (i32.load offset=104 (local.get $at)))
    ;; From where the leader's row stands to where a column's does.
    (local.set $m0 (i32.shl (i32.sub
      (i32.load offset=0 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m1 (i32.shl (i32.sub
      (i32.load offset=4 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m2 (i32.shl (i32.sub
      (i32.load offset=8 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m3 (i32.shl (i32.sub
      (i32.load offset=12 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m4 (i32.shl (i32.sub
      (i32.load offset=16 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m5 (i32.shl (i32.sub
      (i32.load offset=20 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m6 (i32.shl (i32.sub
      (i32.load offset=24 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m7 (i32.shl (i32.sub
      (i32.load offset=28 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (loop $nextBlock
      (local.set $item (i32.shl (local.get $block) (i32.const 7)))
      (local.set $lastItem (select (local.get $items) (i32.add (local.get $item) (i32.const 128))
        (i32.lt_u (local.get $items) (i32.add (local.get $item) (i32.const 128)))))
      (local.set $first (i32.load (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2)))))
      (local.set $base (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $first) (i32.const 3))))
      (local.set $from (local.get $base))
      (local.set $rows (i32.add (i32.load offset=16 (local.get $at))
        (i32.shl (i32.mul (local.get $block) (local.get $models)) (i32.const 8))))
      (local.set $leading (i32.add (local.get $rows) (i32.shl (i32.load offset=80 (local.get $at)) (i32.const 8))))
      (local.set $cell (local.get $scratch))
      (loop $nextItem
        (local.set $rowEnd (i32.add (local.get $scratch) (i32.shl (i32.sub
          (i32.load offset=4 (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2))))
          (local.get $first)) (i32.const 6))))
        ;; Where the chances of the majority's, of the leader's and of the columns' rows lie.
        (local.set $most (i32.add (local.get $from) (i32.shl
          (i32.load16_u (i32.add (i32.load offset=20 (local.get $at)) (i32.shl (local.get $item) (i32.const 1))))
          (i32.const 3))))
        (local.set $last (i32.add (local.get $base) (i32.shl (i32.load16_u (local.get $leading)) (i32.const 3))))
        (local.set $right (v128.load64_splat (local.get $last)))
        (local.set $chance (v128.load64_splat (local.get $most)))
        (local.set $r0 (i32.add (local.get $base) (i32.shl
          (i32.load16_u (i32.add (local.get $leading) (local.get $m0))) (i32.const 3))))
        (local.set $r1 (i32.add (local.get $base) (i32.shl
          (i32.load16_u (i32.add (local.get $leading) (local.get $m1))) (i32.const 3))))
        (local.set $r2 (i32.add (local.get $base) (i32.shl
          (i32.load16_u (i32.add (local.get $leading) (local.get $m2))) (i32.const 3))))
        (local.set $r3 (i32.add (local.get $base) (i32.shl
          (i32.load16_u (i32.add (local.get $leading) (local.get $m3))) (i32.const 3))))
        (local.set $r4 (i32.add (local.get $base) (i32.shl
          (i32.load16_u (i32.add (local.get $leading) (local.get $m4))) (i32.const 3))))
        (local.set $r5 (i32.add (local.get $base) (i32.shl
          (i32.load16_u (i32.add (local.get $leading) (local.get $m5))) (i32.const 3))))
        (local.set $r6 (i32.add (local.get $base) (i32.shl
          (i32.load16_u (i32.add (local.get $leading) (local.get $m6))) (i32.const 3))))
        (local.set $r7 (i32.add (local.get $base) (i32.shl
          (i32.load16_u (i32.add (local.get $leading) (local.get $m7))) (i32.const 3))))
        ;; The gaps, and what each column pulls at the majority.
        (local.set $mostRow (select (local.get $last) (local.get $zero) (i32.eq (local.get $last) (local.get $most))))
        (local.set $a (f64x2.sub
          (v128.load64_lane 1 (local.get $r1) (v128.load64_zero (local.get $r0))) (local.get $right)))
        (local.set $ma (f64x2.sub
          (f64x2.add (f64x2.mul (local.get $a) (local.get $chance)) (v128.load64_splat (local.get $mostRow)))
          (v128.load64_lane 1
            (select (local.get $r1) (local.get $zero) (i32.eq (local.get $r1) (local.get $most)))
            (v128.load64_zero
              (select (local.get $r0) (local.get $zero) (i32.eq (local.get $r0) (local.get $most)))))))
        (local.set $b (f64x2.sub
          (v128.load64_lane 1 (local.get $r3) (v128.load64_zero (local.get $r2))) (local.get $right)))
        (local.set $mb (f64x2.sub
          (f64x2.add (f64x2.mul (local.get $b) (local.get $chance)) (v128.load64_splat (local.get $mostRow)))
          (v128.load64_lane 1
            (select (local.get $r3) (local.get $zero) (i32.eq (local.get $r3) (local.get $most)))
            (v128.load64_zero
              (select (local.get $r2) (local.get $zero) (i32.eq (local.get $r2) (local.get $most)))))))
        (local.set $c (f64x2.sub
          (v128.load64_lane 1 (local.get $r5) (v128.load64_zero (local.get $r4))) (local.get $right)))
        (local.set $mc (f64x2.sub
          (f64x2.add (f64x2.mul (local.get $c) (local.get $chance)) (v128.load64_splat (local.get $mostRow)))
          (v128.load64_lane 1
            (select (local.get $r5) (local.get $zero) (i32.eq (local.get $r5) (local.get $most)))
            (v128.load64_zero
              (select (local.get $r4) (local.get $zero) (i32.eq (local.get $r4) (local.get $most)))))))
        (local.set $d (f64x2.sub
          (v128.load64_lane 1 (local.get $r7) (v128.load64_zero (local.get $r6))) (local.get $right)))
        (local.set $md (f64x2.sub
          (f64x2.add (f64x2.mul (local.get $d) (local.get $chance)) (v128.load64_splat (local.get $mostRow)))
          (v128.load64_lane 1
            (select (local.get $r7) (local.get $zero) (i32.eq (local.get $r7) (local.get $most)))
            (v128.load64_zero
              (select (local.get $r6) (local.get $zero) (i32.eq (local.get $r6) (local.get $most)))))))
        (local.set $place (local.get $from))
        (local.set $terms (local.get $cell))
        (loop $nextRow
          (local.set $chance (v128.load64_splat (local.get $place)))
          (v128.store (local.get $cell) (f64x2.sub (f64x2.mul (local.get $a) (local.get $chance)) (local.get $ma)))
          (v128.store offset=16 (local.get $cell)
            (f64x2.sub (f64x2.mul (local.get $b) (local.get $chance)) (local.get $mb)))
          (v128.store offset=32 (local.get $cell)
            (f64x2.sub (f64x2.mul (local.get $c) (local.get $chance)) (local.get $mc)))
          (v128.store offset=48 (local.get $cell)
            (f64x2.sub (f64x2.mul (local.get $d) (local.get $chance)) (local.get $md)))
          (local.set $place (i32.add (local.get $place) (i32.const 8)))
          (br_if $nextRow (i32.lt_u
            (local.tee $cell (i32.add (local.get $cell) (i32.const 64))) (local.get $rowEnd))))
        ;; A class nobody predicted is nobody's vote.
        (local.set $known (i32.load16_u (i32.add (i32.load offset=24 (local.get $at))
          (i32.shl (local.get $item) (i32.const 1)))))
        (if (i32.lt_u (local.get $known)
            (i32.load16_u (i32.add (i32.load offset=28 (local.get $at)) (i32.shl (local.get $item) (i32.const 1))))) (then
          (local.set $place (i32.add (local.get $behind) (i32.const 64)))
          (local.set $chance (v128.load64_splat
            (i32.add (local.get $from) (i32.shl (local.get $known) (i32.const 3)))))
          (v128.store (local.get $place)
            (f64x2.add (v128.load (local.get $place)) (f64x2.mul (local.get $a) (local.get $chance))))
          (v128.store offset=16 (local.get $place)
            (f64x2.add (v128.load offset=16 (local.get $place)) (f64x2.mul (local.get $b) (local.get $chance))))
          (v128.store offset=32 (local.get $place)
            (f64x2.add (v128.load offset=32 (local.get $place)) (f64x2.mul (local.get $c) (local.get $chance))))
          (v128.store offset=48 (local.get $place)
            (f64x2.add (v128.load offset=48 (local.get $place)) (f64x2.mul (local.get $d) (local.get $chance))))))
        ;; What the leader's and the columns' own rows pull.
        (local.set $place (i32.add (local.get $scratch) (i32.shl (i32.load16_u (local.get $leading)) (i32.const 6))))
        (v128.store (local.get $place) (f64x2.add (v128.load (local.get $place)) (local.get $right)))
        (v128.store offset=16 (local.get $place)
          (f64x2.add (v128.load offset=16 (local.get $place)) (local.get $right)))
        (v128.store offset=32 (local.get $place)
          (f64x2.add (v128.load offset=32 (local.get $place)) (local.get $right)))
        (v128.store offset=48 (local.get $place)
          (f64x2.add (v128.load offset=48 (local.get $place)) (local.get $right)))
        (local.set $place (i32.add (local.get $scratch)
          (i32.shl (i32.sub (local.get $r0) (local.get $base)) (i32.const 3))))
        (f64.store offset=0 (local.get $place)
          (f64.sub (f64.load offset=0 (local.get $place)) (f64.load (local.get $r0))))
        (local.set $place (i32.add (local.get $scratch)
          (i32.shl (i32.sub (local.get $r1) (local.get $base)) (i32.const 3))))
        (f64.store offset=8 (local.get $place)
          (f64.sub (f64.load offset=8 (local.get $place)) (f64.load (local.get $r1))))
        (local.set $place (i32.add (local.get $scratch)
          (i32.shl (i32.sub (local.get $r2) (local.get $base)) (i32.const 3))))
        (f64.store offset=16 (local.get $place)
          (f64.sub (f64.load offset=16 (local.get $place)) (f64.load (local.get $r2))))
        (local.set $place (i32.add (local.get $scratch)
          (i32.shl (i32.sub (local.get $r3) (local.get $base)) (i32.const 3))))
        (f64.store offset=24 (local.get $place)
          (f64.sub (f64.load offset=24 (local.get $place)) (f64.load (local.get $r3))))
        (local.set $place (i32.add (local.get $scratch)
          (i32.shl (i32.sub (local.get $r4) (local.get $base)) (i32.const 3))))
        (f64.store offset=32 (local.get $place)
          (f64.sub (f64.load offset=32 (local.get $place)) (f64.load (local.get $r4))))
        (local.set $place (i32.add (local.get $scratch)
          (i32.shl (i32.sub (local.get $r5) (local.get $base)) (i32.const 3))))
        (f64.store offset=40 (local.get $place)
          (f64.sub (f64.load offset=40 (local.get $place)) (f64.load (local.get $r5))))
        (local.set $place (i32.add (local.get $scratch)
          (i32.shl (i32.sub (local.get $r6) (local.get $base)) (i32.const 3))))
        (f64.store offset=48 (local.get $place)
          (f64.sub (f64.load offset=48 (local.get $place)) (f64.load (local.get $r6))))
        (local.set $place (i32.add (local.get $scratch)
          (i32.shl (i32.sub (local.get $r7) (local.get $base)) (i32.const 3))))
        (f64.store offset=56 (local.get $place)
          (f64.sub (f64.load offset=56 (local.get $place)) (f64.load (local.get $r7))))
        (v128.store (local.get $behind) (f64x2.add (v128.load (local.get $behind)) (local.get $ma)))
        (v128.store offset=16 (local.get $behind)
          (f64x2.add (v128.load offset=16 (local.get $behind)) (local.get $mb)))
        (v128.store offset=32 (local.get $behind)
          (f64x2.add (v128.load offset=32 (local.get $behind)) (local.get $mc)))
        (v128.store offset=48 (local.get $behind)
          (f64x2.add (v128.load offset=48 (local.get $behind)) (local.get $md)))
        (if (i32.load offset=32 (local.get $at)) (then
          (local.set $place (i32.add (i32.load offset=32 (local.get $at)) (i32.shl (i32.add (local.get $first)
            (i32.shr_u (i32.sub (local.get $terms) (local.get $scratch)) (i32.const 6))) (i32.const 1))))
          (local.set $known (i32.add (local.get $terms) (i32.shl (local.get $known) (i32.const 6))))
          (loop $nextTerm
            (local.set $last (i32.add (i32.add (local.get $behind) (i32.const 128))
              (i32.shl (i32.load16_u (local.get $place)) (i32.const 6))))
            (call $add64 (local.get $last) (local.get $terms))
            (v128.store (local.get $last) (f64x2.add (v128.load (local.get $last)) (local.get $ma)))
            (v128.store offset=16 (local.get $last)
              (f64x2.add (v128.load offset=16 (local.get $last)) (local.get $mb)))
            (v128.store offset=32 (local.get $last)
              (f64x2.add (v128.load offset=32 (local.get $last)) (local.get $mc)))
            (v128.store offset=48 (local.get $last)
              (f64x2.add (v128.load offset=48 (local.get $last)) (local.get $md)))
            (local.set $place (i32.add (local.get $place) (i32.const 2)))
            (br_if $nextTerm (i32.lt_u
              (local.tee $terms (i32.add (local.get $terms) (i32.const 64))) (local.get $known))))))
        (local.set $from (i32.add (local.get $base)
          (i32.shr_u (i32.sub (local.get $cell) (local.get $scratch)) (i32.const 3))))
        (local.set $leading (i32.add (local.get $leading) (i32.const 2)))
        (br_if $nextItem (i32.lt_u
          (local.tee $item (i32.add (local.get $item) (i32.const 1))) (local.get $lastItem))))
      (memory.fill (local.get $cell) (i32.const 0) (i32.const 64))
      (local.set $list (i32.add (i32.load offset=12 (local.get $at))
        (i32.shl (i32.mul (local.get $block) (local.get $models)) (i32.const 2))))
      (local.set $place (i32.load (local.get $list)))
      (local.set $from (local.get $target))
      (loop $nextModel
        (local.set $last (i32.load offset=4 (local.get $list)))
        (local.set $a (v128.load (local.get $from)))
        (local.set $b (v128.load offset=16 (local.get $from)))
        (local.set $c (v128.load offset=32 (local.get $from)))
        (local.set $d (v128.load offset=48 (local.get $from)))
        (block $listed (loop $nextFour
          (br_if $listed (i32.ge_u (local.get $place) (local.get $last)))
          (local.set $cell (i32.add (local.get $scratch) (i32.shl (i32.load16_u (local.get $place)) (i32.const 6))))
          (local.set $a (f64x2.add (local.get $a) (v128.load (local.get $cell))))
          (local.set $b (f64x2.add (local.get $b) (v128.load offset=16 (local.get $cell))))
          (local.set $c (f64x2.add (local.get $c) (v128.load offset=32 (local.get $cell))))
          (local.set $d (f64x2.add (local.get $d) (v128.load offset=48 (local.get $cell))))
          (local.set $cell (i32.add (local.get $scratch) (i32.shl (i32.load16_u offset=2 (local.get $place)) (i32.const 6))))
          (local.set $a (f64x2.add (local.get $a) (v128.load (local.get $cell))))
          (local.set $b (f64x2.add (local.get $b) (v128.load offset=16 (local.get $cell))))
          (local.set $c (f64x2.add (local.get $c) (v128.load offset=32 (local.get $cell))))
          (local.set $d (f64x2.add (local.get $d) (v128.load offset=48 (local.get $cell))))
          (local.set $cell (i32.add (local.get $scratch) (i32.shl (i32.load16_u offset=4 (local.get $place)) (i32.const 6))))
          (local.set $a (f64x2.add (local.get $a) (v128.load (local.get $cell))))
          (local.set $b (f64x2.add (local.get $b) (v128.load offset=16 (local.get $cell))))
          (local.set $c (f64x2.add (local.get $c) (v128.load offset=32 (local.get $cell))))
          (local.set $d (f64x2.add (local.get $d) (v128.load offset=48 (local.get $cell))))
          (local.set $cell (i32.add (local.get $scratch) (i32.shl (i32.load16_u offset=6 (local.get $place)) (i32.const 6))))
          (local.set $a (f64x2.add (local.get $a) (v128.load (local.get $cell))))
          (local.set $b (f64x2.add (local.get $b) (v128.load offset=16 (local.get $cell))))
          (local.set $c (f64x2.add (local.get $c) (v128.load offset=32 (local.get $cell))))
          (local.set $d (f64x2.add (local.get $d) (v128.load offset=48 (local.get $cell))))
          (local.set $place (i32.add (local.get $place) (i32.const 8)))
          (br $nextFour)))
        (v128.store (local.get $from) (local.get $a))
        (v128.store offset=16 (local.get $from) (local.get $b))
        (v128.store offset=32 (local.get $from) (local.get $c))
        (v128.store offset=48 (local.get $from) (local.get $d))
        (local.set $list (i32.add (local.get $list) (i32.const 4)))
        (br_if $nextModel (i32.lt_u
          (local.tee $from (i32.add (local.get $from) (i32.const 64))) (local.get $behind))))
      (br_if $nextBlock (i32.lt_u
        (local.tee $block (i32.add (local.get $block) (i32.const 1))) (local.get $end)))))

  ;; Takes eight numbers at once from a place.
  (func $sub64 (param $at i32) (param $from i32)
    (v128.store (local.get $at) (f64x2.sub (v128.load (local.get $at)) (v128.load (local.get $from))))
    (v128.store offset=16 (local.get $at)
      (f64x2.sub (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $from))))
    (v128.store offset=32 (local.get $at)
      (f64x2.sub (v128.load offset=32 (local.get $at)) (v128.load offset=32 (local.get $from))))
    (v128.store offset=48 (local.get $at)
      (f64x2.sub (v128.load offset=48 (local.get $at)) (v128.load offset=48 (local.get $from)))))

  ;; Where a row's class stands among a model's votes, in bytes; 0 where votes for all classes count the same.
  (func $classBytes (param $at i32) (param $row i32) (result i32)
    (if (result i32) (i32.load offset=188 (local.get $at))
      (then (i32.shl (i32.load16_u (i32.add (i32.load offset=188 (local.get $at)) (i32.shl (local.get $row) (i32.const 1))))
        (i32.const 6)))
      (else (i32.const 0))))

  ;; The same gradients where there are terms by model and class, or by pair of models: item by item, so that each has the bits
  ;; of the TypeScript. The target: what each model's votes get (for each class, where there are skills), then everybody's votes,
  ;; a class nobody predicted, each class, each pair.
  (func (export "termGradients") (param $at i32) (param $block i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $item i32) (local $lastItem i32) (local $start i32) (local $leading i32) (local $rows i32) (local $apart i32)
    (local $base i32) (local $slot i32) (local $rank i32) (local $pulls i32) (local $place i32) (local $last i32)
    (local $right f64) (local $factor v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (memory.fill (local.get $target) (i32.const 0) (i32.load offset=104 (local.get $at)))
    (local.set $item (i32.shl (local.get $block) (i32.const 7)))
    (local.set $lastItem (i32.shl (local.get $end) (i32.const 7)))
    (local.set $lastItem (select (i32.load (local.get $at)) (local.get $lastItem)
      (i32.lt_u (i32.load (local.get $at)) (local.get $lastItem))))
    ;; The gaps of the ranks lie before what their rows pull.
    (local.set $pulls (i32.add (local.get $scratch) (i32.const 64)))
    (loop $nextItem
      (local.set $start (i32.load (i32.add (i32.load offset=8 (local.get $at)) (i32.shl (local.get $item) (i32.const 2)))))
      (local.set $base (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $start) (i32.const 3))))
      (local.set $rows (i32.add (i32.load offset=16 (local.get $at)) (i32.add
        (i32.shl (i32.mul (i32.shr_u (local.get $item) (i32.const 7)) (i32.load offset=4 (local.get $at))) (i32.const 8))
        (i32.shl (i32.and (local.get $item) (i32.const 127)) (i32.const 1)))))
      (local.set $leading (call $slotOf (local.get $at) (local.get $item) (local.get $rows)
        (i32.load offset=80 (local.get $at))))
      (local.set $right (f64.load (i32.add (local.get $base) (i32.shl (local.get $leading) (i32.const 3)))))
      (local.set $apart (i32.const 0))
      (local.set $rank (i32.const 0))
      (loop $nextRank
        (local.set $slot (call $slotOf (local.get $at) (local.get $item) (local.get $rows) (i32.load
          (i32.add (i32.load offset=84 (local.get $at)) (i32.shl (local.get $rank) (i32.const 2))))))
        (f64.store (i32.add (local.get $scratch) (i32.shl (local.get $rank) (i32.const 3))) (f64.sub
          (f64.load (i32.add (local.get $base) (i32.shl (local.get $slot) (i32.const 3)))) (local.get $right)))
        (local.set $apart (i32.or (local.get $apart) (i32.xor (local.get $slot) (local.get $leading))))
        (br_if $nextRank (i32.lt_u (local.tee $rank (i32.add (local.get $rank) (i32.const 1))) (i32.const 8))))
      (if (local.get $apart) (then
        (local.set $a (v128.load (local.get $scratch)))
        (local.set $b (v128.load offset=16 (local.get $scratch)))
        (local.set $c (v128.load offset=32 (local.get $scratch)))
        (local.set $d (v128.load offset=48 (local.get $scratch)))
        (local.set $place (local.get $pulls))
        (local.set $last (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (i32.load offset=4 (i32.add
          (i32.load offset=8 (local.get $at)) (i32.shl (local.get $item) (i32.const 2)))) (i32.const 3))))
        (loop $nextRow
          (local.set $factor (v128.load64_splat (local.get $base)))
          (v128.store (local.get $place) (f64x2.mul (local.get $a) (local.get $factor)))
          (v128.store offset=16 (local.get $place) (f64x2.mul (local.get $b) (local.get $factor)))
          (v128.store offset=32 (local.get $place) (f64x2.mul (local.get $c) (local.get $factor)))
          (v128.store offset=48 (local.get $place) (f64x2.mul (local.get $d) (local.get $factor)))
          (local.set $place (i32.add (local.get $place) (i32.const 64)))
          (br_if $nextRow (i32.lt_u
            (local.tee $base (i32.add (local.get $base) (i32.const 8))) (local.get $last))))
        ;; What the leader's and the ranks' own rows pull.
        (local.set $base (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $start) (i32.const 3))))
        (local.set $rank (i32.const 0))
        (loop $nextRank
          (local.set $place (i32.add (local.get $pulls) (i32.shl (local.get $rank) (i32.const 3))))
          (local.set $slot (call $slotOf (local.get $at) (local.get $item) (local.get $rows) (i32.load
            (i32.add (i32.load offset=84 (local.get $at)) (i32.shl (local.get $rank) (i32.const 2))))))
          (local.set $last (i32.add (local.get $place) (i32.shl (local.get $leading) (i32.const 6))))
          (f64.store (local.get $last) (f64.add (f64.load (local.get $last)) (local.get $right)))
          (local.set $last (i32.add (local.get $place) (i32.shl (local.get $slot) (i32.const 6))))
          (f64.store (local.get $last) (f64.sub (f64.load (local.get $last))
            (f64.load (i32.add (local.get $base) (i32.shl (local.get $slot) (i32.const 3))))))
          (br_if $nextRank (i32.lt_u (local.tee $rank (i32.add (local.get $rank) (i32.const 1))) (i32.const 8))))
        (call $pullVotes (local.get $at) (local.get $item) (local.get $start) (local.get $pulls) (local.get $target))))
      (br_if $nextItem (i32.lt_u
        (local.tee $item (i32.add (local.get $item) (i32.const 1))) (local.get $lastItem)))))

  ;; The slot of an item that a model voted for; `rows`: where the first model's row of the item stands.
  (func $slotOf (param $at i32) (param $item i32) (param $rows i32) (param $model i32) (result i32)
    ;; Rows count from the block's first.
    (i32.sub
      (i32.add
        (i32.load16_u (i32.add (local.get $rows) (i32.shl (local.get $model) (i32.const 8))))
        (i32.load (i32.add (i32.load offset=8 (local.get $at))
          (i32.shl (i32.and (local.get $item) (i32.const -128)) (i32.const 2)))))
      (i32.load (i32.add (i32.load offset=8 (local.get $at)) (i32.shl (local.get $item) (i32.const 2))))))

  ;; Adds what each of an item's rows pulls to those who voted for it, as pullVotes in ballot.ts does.
  (func $pullVotes (param $at i32) (param $item i32) (param $start i32) (param $pulls i32) (param $target i32)
    (local $everybody i32) (local $other i32) (local $place i32) (local $last i32) (local $slot i32) (local $known i32)
    (local $length i32) (local $most i32) (local $mostBytes i32) (local $slotBytes i32) (local $cell i32)
    (local.set $everybody (i32.add (local.get $target)
      (i32.mul (i32.load offset=4 (local.get $at)) (i32.load offset=184 (local.get $at)))))
    (local.set $other (i32.add (local.get $everybody) (i32.load offset=184 (local.get $at))))
    (local.set $known (i32.load16_u (i32.add (i32.load offset=24 (local.get $at)) (i32.shl (local.get $item) (i32.const 1)))))
    (local.set $length (i32.load16_u (i32.add (i32.load offset=28 (local.get $at)) (i32.shl (local.get $item) (i32.const 1)))))
    (local.set $most (i32.load16_u (i32.add (i32.load offset=20 (local.get $at)) (i32.shl (local.get $item) (i32.const 1)))))
    (local.set $mostBytes (call $classBytes (local.get $at) (i32.add (local.get $start) (local.get $most))))
    (local.set $most (i32.add (local.get $pulls) (i32.shl (local.get $most) (i32.const 6))))
    (call $add64 (i32.add (local.get $everybody) (local.get $mostBytes)) (local.get $most))
    ;; Each dissenter takes its part of the majority's back; one that abstained pulls nothing instead.
    (local.set $place (i32.load (i32.add (i32.load offset=108 (local.get $at)) (i32.shl (local.get $start) (i32.const 2)))))
    (local.set $last (i32.load (i32.add (i32.load offset=108 (local.get $at)) (i32.shl
      (i32.load offset=4 (i32.add (i32.load offset=8 (local.get $at)) (i32.shl (local.get $item) (i32.const 2))))
      (i32.const 2)))))
    (block $pulled (loop $nextVoter
      (br_if $pulled (i32.ge_u (local.get $place) (local.get $last)))
      (local.set $slot (i32.load8_u (i32.add (i32.load offset=116 (local.get $at)) (local.get $place))))
      (local.set $cell (i32.add (local.get $target) (i32.mul (i32.load offset=184 (local.get $at))
        (i32.load16_u (i32.add (i32.load offset=112 (local.get $at)) (i32.shl (local.get $place) (i32.const 1)))))))
      (call $sub64 (i32.add (local.get $cell) (local.get $mostBytes)) (local.get $most))
      (if (i32.lt_u (local.get $slot) (local.get $known)) (then
        (local.set $slotBytes (call $classBytes (local.get $at) (i32.add (local.get $start) (local.get $slot))))
        (call $add64 (i32.add (local.get $cell) (local.get $slotBytes))
          (i32.add (local.get $pulls) (i32.shl (local.get $slot) (i32.const 6))))))
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (br $nextVoter)))
    (if (i32.lt_u (local.get $known) (local.get $length)) (then
      (call $add64 (local.get $other) (i32.add (local.get $pulls) (i32.shl (local.get $known) (i32.const 6))))))
    (local.set $cell (i32.add (local.get $other) (i32.const 64)))
    (if (i32.load offset=32 (local.get $at)) (then
      (local.set $slot (i32.const 0))
      (loop $nextTerm
        (call $add64
          (i32.add (local.get $cell) (i32.shl (i32.load16_u (i32.add (i32.load offset=32 (local.get $at))
            (i32.shl (i32.add (local.get $start) (local.get $slot)) (i32.const 1)))) (i32.const 6)))
          (i32.add (local.get $pulls) (i32.shl (local.get $slot) (i32.const 6))))
        (br_if $nextTerm (i32.lt_u
          (local.tee $slot (i32.add (local.get $slot) (i32.const 1))) (local.get $known))))))
    (call $pullPairs (local.get $at) (local.get $item) (i32.add (local.get $cell) (i32.load offset=204 (local.get $at)))
      (local.get $pulls)))

  ;; Adds to each pair of models what the row pulls that both voted for.
  (func $pullPairs (param $at i32) (param $item i32) (param $target i32) (param $pulls i32)
    (local $place i32) (local $last i32) (local $slot i32)
    (local.set $place (call $agreements (local.get $at) (local.get $item)))
    (local.set $last (i32.add (local.get $place) (i32.load offset=196 (local.get $at))))
    (block $done (loop $nextPair
      (br_if $done (i32.ge_u (local.get $place) (local.get $last)))
      (local.set $slot (i32.load8_u (local.get $place)))
      (if (i32.ne (local.get $slot) (i32.const 255)) (then
        (call $add64 (local.get $target) (i32.add (local.get $pulls) (i32.shl (local.get $slot) (i32.const 6))))))
      (local.set $target (i32.add (local.get $target) (i32.const 64)))
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (br $nextPair))))

  ;; Adds to the sums of an item's slots, eight each, what its pairs' agreements count on the ballots.
  (func $countPairs (param $at i32) (param $item i32) (param $sums i32)
    (local $place i32) (local $last i32) (local $slot i32) (local $pair i32)
    (local.set $place (call $agreements (local.get $at) (local.get $item)))
    (local.set $last (i32.add (local.get $place) (i32.load offset=196 (local.get $at))))
    (local.set $pair (i32.load offset=200 (local.get $at)))
    (block $done (loop $nextPair
      (br_if $done (i32.ge_u (local.get $place) (local.get $last)))
      (local.set $slot (i32.load8_u (local.get $place)))
      (if (i32.ne (local.get $slot) (i32.const 255)) (then
        (call $add64 (i32.add (local.get $sums) (i32.shl (local.get $slot) (i32.const 6))) (local.get $pair))))
      (local.set $pair (i32.add (local.get $pair) (i32.const 64)))
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (br $nextPair))))

  ;; Where it stands what an item's pairs agree on: a byte each, the slot, or 255.
  (func $agreements (param $at i32) (param $item i32) (result i32)
    (i32.add (i32.load offset=192 (local.get $at)) (i32.mul (local.get $item) (i32.load offset=196 (local.get $at)))))

  ;; What the clicks on items of a list mean for the lead over each column, added to what lies at the target: `variances[rank]` and,
  ;; behind them, `shifts[rank * 8 + scenario]`. `within`: the chances of each item's outcomes in eight scenarios, outcome after
  ;; outcome, item after item.
  (func (export "answered") (param $at i32) (param $from i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $asked i32) (local $lastAsked i32) (local $item i32) (local $base i32) (local $rows i32) (local $shift i32)
    (local $leading i32) (local $within i32) (local $length i32) (local $slot i32) (local $column i32) (local $lastColumn i32)
    (local $to i32) (local $shifts i32) (local $right f64) (local $rival f64) (local $gap f64)
    (local.set $asked (i32.add (i32.load offset=120 (local.get $at)) (i32.shl (local.get $from) (i32.const 2))))
    (local.set $lastAsked (i32.add (i32.load offset=120 (local.get $at)) (i32.shl (local.get $end) (i32.const 2))))
    (local.set $lastColumn (i32.add (i32.load offset=84 (local.get $at))
      (i32.shl (i32.load offset=88 (local.get $at)) (i32.const 2))))
    (local.set $within (i32.load offset=208 (local.get $at)))
    (loop $nextItem
      (local.set $item (i32.load (local.get $asked)))
      (local.set $base (i32.load (i32.add (i32.load offset=8 (local.get $at)) (i32.shl (local.get $item) (i32.const 2)))))
      (local.set $rows (i32.add (i32.load offset=16 (local.get $at)) (i32.add
        (i32.shl (i32.mul (i32.shr_u (local.get $item) (i32.const 7)) (i32.load offset=4 (local.get $at))) (i32.const 8))
        (i32.shl (i32.and (local.get $item) (i32.const 127)) (i32.const 1)))))
      ;; Rows count from the block's first, slots from the item's.
      (local.set $shift (i32.sub (local.get $base) (i32.load (i32.add (i32.load offset=8 (local.get $at))
        (i32.shl (i32.and (local.get $item) (i32.const -128)) (i32.const 2))))))
      (local.set $base (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $base) (i32.const 3))))
      (local.set $length (i32.load16_u (i32.add (i32.load offset=28 (local.get $at))
        (i32.shl (local.get $item) (i32.const 1)))))
      (local.set $leading (i32.sub (i32.load16_u (i32.add (local.get $rows)
        (i32.shl (i32.load offset=80 (local.get $at)) (i32.const 8)))) (local.get $shift)))
      (local.set $right (f64.load (i32.add (local.get $base) (i32.shl (local.get $leading) (i32.const 3)))))
      (call $changes (local.get $base) (local.get $within) (local.get $length) (local.get $leading) (local.get $scratch))
      (local.set $within (i32.add (local.get $within) (i32.shl (local.get $length) (i32.const 6))))
      (local.set $column (i32.load offset=84 (local.get $at)))
      (local.set $to (local.get $target))
      (local.set $shifts (i32.add (local.get $target) (i32.shl (i32.load offset=88 (local.get $at)) (i32.const 3))))
      (loop $nextColumn
        (local.set $slot (i32.sub (i32.load16_u (i32.add (local.get $rows)
          (i32.shl (i32.load (local.get $column)) (i32.const 8)))) (local.get $shift)))
        (if (i32.ne (local.get $slot) (local.get $leading)) (then
          (local.set $rival (f64.load (i32.add (local.get $base) (i32.shl (local.get $slot) (i32.const 3)))))
          (local.set $gap (f64.sub (local.get $right) (local.get $rival)))
          (f64.store (local.get $to) (f64.add (f64.load (local.get $to)) (f64.sub
            (f64.add (local.get $right) (local.get $rival)) (f64.mul (local.get $gap) (local.get $gap)))))
          (call $add64 (local.get $shifts) (i32.add (local.get $scratch) (i32.shl (local.get $slot) (i32.const 6))))))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $shifts (i32.add (local.get $shifts) (i32.const 64)))
        (br_if $nextColumn (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 4))) (local.get $lastColumn))))
      (br_if $nextItem (i32.lt_u
        (local.tee $asked (i32.add (local.get $asked) (i32.const 4))) (local.get $lastAsked)))))

  ;; For each slot of an item, what eight scenarios add to the lead over a model that voted for it. The slot of abstentions, behind
  ;; the outcomes, has nothing to change.
  (func $changes (param $chances i32) (param $within i32) (param $length i32) (param $leading i32) (param $to i32)
    (local $end i32) (local $place i32) (local $chance v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (if (i32.lt_u (local.get $leading) (local.get $length)) (then
      (local.set $place (i32.add (local.get $within) (i32.shl (local.get $leading) (i32.const 6))))
      (local.set $chance (v128.load64_splat (i32.add (local.get $chances) (i32.shl (local.get $leading) (i32.const 3)))))
      (local.set $a (f64x2.sub (v128.load (local.get $place)) (local.get $chance)))
      (local.set $b (f64x2.sub (v128.load offset=16 (local.get $place)) (local.get $chance)))
      (local.set $c (f64x2.sub (v128.load offset=32 (local.get $place)) (local.get $chance)))
      (local.set $d (f64x2.sub (v128.load offset=48 (local.get $place)) (local.get $chance)))))
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $length) (i32.const 6))))
    (loop $nextSlot
      (local.set $chance (v128.load64_splat (local.get $chances)))
      (v128.store (local.get $to) (f64x2.sub (local.get $a)
        (f64x2.sub (v128.load (local.get $within)) (local.get $chance))))
      (v128.store offset=16 (local.get $to) (f64x2.sub (local.get $b)
        (f64x2.sub (v128.load offset=16 (local.get $within)) (local.get $chance))))
      (v128.store offset=32 (local.get $to) (f64x2.sub (local.get $c)
        (f64x2.sub (v128.load offset=32 (local.get $within)) (local.get $chance))))
      (v128.store offset=48 (local.get $to) (f64x2.sub (local.get $d)
        (f64x2.sub (v128.load offset=48 (local.get $within)) (local.get $chance))))
      (local.set $chances (i32.add (local.get $chances) (i32.const 8)))
      (local.set $within (i32.add (local.get $within) (i32.const 64)))
      (br_if $nextSlot (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 64))) (local.get $end))))
    (v128.store (local.get $to) (local.get $a))
    (v128.store offset=16 (local.get $to) (local.get $b))
    (v128.store offset=32 (local.get $to) (local.get $c))
    (v128.store offset=48 (local.get $to) (local.get $d)))

  ;; To `promises`, for each item the sum over eight columns of `worths[rank]` times the pair's doubt.
  (func (export "promises") (param $at i32) (param $block i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $items i32) (local $models i32) (local $rowStart i32) (local $item i32) (local $lastItem i32) (local $cell i32)
    (local $rowEnd i32) (local $from i32) (local $first i32) (local $rows i32) (local $leading i32) (local $columns i32)
    (local $base i32) (local $worths i32) (local $to i32) (local $right v128) (local $chance v128) (local $gap v128)
    (local $sum f64)
    (local $m0 i32) (local $m1 i32) (local $m2 i32) (local $m3 i32) (local $m4 i32) (local $m5 i32) (local $m6 i32)
    (local $m7 i32)
    (local.set $items (i32.load offset=0 (local.get $at)))
    (local.set $models (i32.load offset=4 (local.get $at)))
    (local.set $rowStart (i32.load offset=8 (local.get $at)))
    (local.set $columns (i32.load offset=84 (local.get $at)))
    (local.set $worths (i32.load offset=92 (local.get $at)))
    (local.set $to (i32.add (i32.load offset=96 (local.get $at)) (i32.shl (local.get $block) (i32.const 10))))
    ;; From where the leader's row stands to where a column's does.
    (local.set $m0 (i32.shl (i32.sub
      (i32.load offset=0 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m1 (i32.shl (i32.sub
      (i32.load offset=4 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m2 (i32.shl (i32.sub
      (i32.load offset=8 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m3 (i32.shl (i32.sub
      (i32.load offset=12 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m4 (i32.shl (i32.sub
      (i32.load offset=16 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m5 (i32.shl (i32.sub
      (i32.load offset=20 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m6 (i32.shl (i32.sub
      (i32.load offset=24 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m7 (i32.shl (i32.sub
      (i32.load offset=28 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (loop $nextBlock
      (local.set $item (i32.shl (local.get $block) (i32.const 7)))
      (local.set $lastItem (select (local.get $items) (i32.add (local.get $item) (i32.const 128))
        (i32.lt_u (local.get $items) (i32.add (local.get $item) (i32.const 128)))))
      (local.set $first (i32.load (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2)))))
      (local.set $base (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $first) (i32.const 3))))
      (local.set $from (local.get $base))
      (local.set $rows (i32.add (i32.load offset=16 (local.get $at))
        (i32.shl (i32.mul (local.get $block) (local.get $models)) (i32.const 8))))
      (local.set $leading (i32.add (local.get $rows) (i32.shl (i32.load offset=80 (local.get $at)) (i32.const 8))))
      (local.set $cell (local.get $scratch))
      (loop $nextItem
        (local.set $rowEnd (i32.add (local.get $scratch) (i32.shl (i32.sub
          (i32.load offset=4 (i32.add (local.get $rowStart) (i32.shl (local.get $item) (i32.const 2))))
          (local.get $first)) (i32.const 3))))
        (local.set $right (v128.load64_splat
          (i32.add (local.get $base) (i32.shl (i32.load16_u (local.get $leading)) (i32.const 3)))))
        ;; Two rows at once; the second of an odd row's last two is the next item's first, which is yet to come.
        (loop $nextTwo
          (local.set $chance (v128.load (local.get $from)))
          (local.set $gap (f64x2.sub (local.get $right) (local.get $chance)))
          (v128.store (local.get $cell) (f64x2.sub
            (f64x2.add (local.get $right) (local.get $chance)) (f64x2.mul (local.get $gap) (local.get $gap))))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (br_if $nextTwo (i32.lt_u
            (local.tee $cell (i32.add (local.get $cell) (i32.const 16))) (local.get $rowEnd))))
        (local.set $cell (local.get $rowEnd))
        (local.set $from (i32.add (local.get $base) (i32.sub (local.get $cell) (local.get $scratch))))
        (f64.store (i32.add (local.get $scratch) (i32.shl (i32.load16_u (local.get $leading)) (i32.const 3))) (f64.const 0))
        (local.set $sum (f64.const 0))
        (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load offset=0 (local.get $worths)) (f64.load
          (i32.add (local.get $scratch) (i32.shl
            (i32.load16_u (i32.add (local.get $leading) (local.get $m0))) (i32.const 3)))))))
        (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load offset=8 (local.get $worths)) (f64.load
          (i32.add (local.get $scratch) (i32.shl
            (i32.load16_u (i32.add (local.get $leading) (local.get $m1))) (i32.const 3)))))))
        (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load offset=16 (local.get $worths)) (f64.load
          (i32.add (local.get $scratch) (i32.shl
            (i32.load16_u (i32.add (local.get $leading) (local.get $m2))) (i32.const 3)))))))
        (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load offset=24 (local.get $worths)) (f64.load
          (i32.add (local.get $scratch) (i32.shl
            (i32.load16_u (i32.add (local.get $leading) (local.get $m3))) (i32.const 3)))))))
        (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load offset=32 (local.get $worths)) (f64.load
          (i32.add (local.get $scratch) (i32.shl
            (i32.load16_u (i32.add (local.get $leading) (local.get $m4))) (i32.const 3)))))))
        (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load offset=40 (local.get $worths)) (f64.load
          (i32.add (local.get $scratch) (i32.shl
            (i32.load16_u (i32.add (local.get $leading) (local.get $m5))) (i32.const 3)))))))
        (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load offset=48 (local.get $worths)) (f64.load
          (i32.add (local.get $scratch) (i32.shl
            (i32.load16_u (i32.add (local.get $leading) (local.get $m6))) (i32.const 3)))))))
        (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load offset=56 (local.get $worths)) (f64.load
          (i32.add (local.get $scratch) (i32.shl
            (i32.load16_u (i32.add (local.get $leading) (local.get $m7))) (i32.const 3)))))))
        (f64.store (local.get $to) (local.get $sum))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $leading (i32.add (local.get $leading) (i32.const 2)))
        (br_if $nextItem (i32.lt_u
          (local.tee $item (i32.add (local.get $item) (i32.const 1))) (local.get $lastItem))))
      (br_if $nextBlock (i32.lt_u
        (local.tee $block (i32.add (local.get $block) (i32.const 1))) (local.get $end)))))

  ;; To `gains`, for each item: how much likelier the leader is right where its odds are multiplied by `odds`.
  (func (export "gains") (param $at i32) (param $block i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $item i32) (local $lastItem i32) (local $base i32) (local $leading i32) (local $to i32)
    (local $chance f64) (local $odds f64) (local $more f64)
    (local.set $odds (f64.load offset=176 (local.get $at)))
    (local.set $more (f64.sub (local.get $odds) (f64.const 1)))
    (local.set $to (i32.add (i32.load offset=168 (local.get $at)) (i32.shl (local.get $block) (i32.const 10))))
    (loop $nextBlock
      (local.set $item (i32.shl (local.get $block) (i32.const 7)))
      (local.set $lastItem (i32.add (local.get $item) (i32.const 128)))
      (local.set $lastItem (select (i32.load offset=0 (local.get $at)) (local.get $lastItem)
        (i32.lt_u (i32.load offset=0 (local.get $at)) (local.get $lastItem))))
      (local.set $base (i32.add (i32.load offset=36 (local.get $at)) (i32.shl
        (i32.load (i32.add (i32.load offset=8 (local.get $at)) (i32.shl (local.get $item) (i32.const 2))))
        (i32.const 3))))
      (local.set $leading (i32.add (i32.load offset=16 (local.get $at)) (i32.shl (i32.add
        (i32.mul (local.get $block) (i32.load offset=4 (local.get $at))) (i32.load offset=80 (local.get $at)))
        (i32.const 8))))
      (loop $nextItem
        (local.set $chance (f64.load (i32.add (local.get $base)
          (i32.shl (i32.load16_u (local.get $leading)) (i32.const 3)))))
        (f64.store (local.get $to) (f64.sub
          (f64.div (f64.mul (local.get $chance) (local.get $odds))
            (f64.add (f64.const 1) (f64.mul (local.get $chance) (local.get $more))))
          (local.get $chance)))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $leading (i32.add (local.get $leading) (i32.const 2)))
        (br_if $nextItem (i32.lt_u
          (local.tee $item (i32.add (local.get $item) (i32.const 1))) (local.get $lastItem))))
      (br_if $nextBlock (i32.lt_u
        (local.tee $block (i32.add (local.get $block) (i32.const 1))) (local.get $end)))))

  ;; To `results`, by their place in `asked`, from `from` to before `end`: for each item, the sum over eight columns of
  ;; `worths[rank]` times what the item's answer teaches about the lead over it. The ballots of the eight directions lie 64 bytes
  ;; at a time, and `errorGains[rank]` is what a unit of click error does to a lead. `scratch`: room for 64 bytes a slot.
  ;; Of no more than two columns, as mostly near the end of a round, the other six are left out.
  (func (export "scores") (param $at i32) (param $from i32) (param $end i32) (param $target i32) (param $scratch i32)
    (local $item i32) (local $start i32) (local $known i32) (local $length i32) (local $k i32) (local $cell i32)
    (local $place i32) (local $last i32) (local $vote i32) (local $votes i32) (local $models i32) (local $asked i32)
    (local $lastAsked i32) (local $results i32) (local $leading i32) (local $slots i32) (local $columns i32)
    (local $chances i32) (local $landing i32) (local $worths i32) (local $errorGains i32) (local $dissentSlots i32)
    (local $mostBytes i32) (local $modelBytes i32) (local $isWide i32)
    (local $rate f64) (local $mostWrong f64) (local $total f64) (local $trust f64) (local $error f64) (local $z f64)
    (local $heard f64)
    (local $m0 i32) (local $m1 i32) (local $m2 i32) (local $m3 i32) (local $m4 i32) (local $m5 i32) (local $m6 i32)
    (local $m7 i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $factor v128) (local $stray v128)
    (local $inverse v128) (local $e v128) (local $f v128) (local $g v128) (local $h v128) (local $shift v128)
    (local.set $models (i32.load offset=4 (local.get $at)))
    (local.set $columns (i32.load offset=84 (local.get $at)))
    (local.set $worths (i32.load offset=92 (local.get $at)))
    (local.set $dissentSlots (i32.load offset=116 (local.get $at)))
    (local.set $asked (i32.add (i32.load offset=120 (local.get $at)) (i32.shl (local.get $from) (i32.const 2))))
    (local.set $lastAsked (i32.add (i32.load offset=120 (local.get $at)) (i32.shl (local.get $end) (i32.const 2))))
    (local.set $results (i32.add (i32.load offset=124 (local.get $at)) (i32.shl (local.get $from) (i32.const 3))))
    (local.set $votes (i32.load offset=128 (local.get $at)))
    (local.set $modelBytes (i32.load offset=184 (local.get $at)))
    (local.set $isWide (i32.gt_u (i32.load offset=212 (local.get $at)) (i32.const 2)))
    (local.set $errorGains (i32.load offset=144 (local.get $at)))
    (local.set $rate (f64.load offset=152 (local.get $at)))
    (local.set $mostWrong (f64.load offset=160 (local.get $at)))
    ;; From where the leader's row stands to where a column's does.
    (local.set $m0 (i32.shl (i32.sub
      (i32.load offset=0 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m1 (i32.shl (i32.sub
      (i32.load offset=4 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m2 (i32.shl (i32.sub
      (i32.load offset=8 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m3 (i32.shl (i32.sub
      (i32.load offset=12 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m4 (i32.shl (i32.sub
      (i32.load offset=16 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m5 (i32.shl (i32.sub
      (i32.load offset=20 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m6 (i32.shl (i32.sub
      (i32.load offset=24 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (local.set $m7 (i32.shl (i32.sub
      (i32.load offset=28 (local.get $columns)) (i32.load offset=80 (local.get $at))) (i32.const 8)))
    (loop $nextItem
      (local.set $item (i32.load (local.get $asked)))
      (local.set $start (i32.load (i32.add (i32.load offset=8 (local.get $at)) (i32.shl (local.get $item) (i32.const 2)))))
      (local.set $known (i32.load16_u (i32.add (i32.load offset=24 (local.get $at))
        (i32.shl (local.get $item) (i32.const 1)))))
      (local.set $length (i32.load16_u (i32.add (i32.load offset=28 (local.get $at))
        (i32.shl (local.get $item) (i32.const 1)))))
      (local.set $chances (i32.add (i32.load offset=36 (local.get $at)) (i32.shl (local.get $start) (i32.const 3))))
      (local.set $landing (i32.add (i32.load offset=40 (local.get $at)) (i32.shl (local.get $start) (i32.const 3))))
      ;; Nobody's votes yet; an abstention's slot lies behind the outcomes.
      (memory.fill (local.get $scratch) (i32.const 0)
        (i32.shl (i32.add (local.get $length) (i32.const 1)) (i32.const 6)))
      (local.set $mostBytes (call $classBytes (local.get $at) (i32.add (local.get $start)
        (i32.load16_u (i32.add (i32.load offset=20 (local.get $at)) (i32.shl (local.get $item) (i32.const 1)))))))
      (local.set $cell (i32.add (i32.load offset=132 (local.get $at)) (local.get $mostBytes)))
      (local.set $a (v128.load (local.get $cell)))
      (local.set $b (v128.load offset=16 (local.get $cell)))
      (local.set $c (v128.load offset=32 (local.get $cell)))
      (local.set $d (v128.load offset=48 (local.get $cell)))
      (local.set $place (i32.load (i32.add (i32.load offset=108 (local.get $at))
        (i32.shl (local.get $start) (i32.const 2)))))
      (local.set $last (i32.load (i32.add (i32.load offset=108 (local.get $at)) (i32.shl
        (i32.load offset=4 (i32.add (i32.load offset=8 (local.get $at)) (i32.shl (local.get $item) (i32.const 2))))
        (i32.const 2)))))
      (local.set $slots (i32.add (local.get $dissentSlots) (local.get $place)))
      (local.set $place (i32.add (i32.load offset=112 (local.get $at)) (i32.shl (local.get $place) (i32.const 1))))
      (local.set $last (i32.add (i32.load offset=112 (local.get $at)) (i32.shl (local.get $last) (i32.const 1))))
      (block $counted (loop $nextVoter
        (br_if $counted (i32.ge_u (local.get $place) (local.get $last)))
        (local.set $cell (i32.add (local.get $scratch) (i32.shl (i32.load8_u (local.get $slots)) (i32.const 6))))
        ;; It takes back its vote for the majority's class, and gives it to its own, which may count otherwise.
        (local.set $vote (i32.add
          (i32.add (local.get $votes) (i32.mul (i32.load16_u (local.get $place)) (local.get $modelBytes)))
          (local.get $mostBytes)))
        (local.set $e (v128.load (local.get $vote)))
        (local.set $a (f64x2.sub (local.get $a) (local.get $e)))
        (if (local.get $isWide) (then
          (local.set $f (v128.load offset=16 (local.get $vote)))
          (local.set $g (v128.load offset=32 (local.get $vote)))
          (local.set $h (v128.load offset=48 (local.get $vote)))
          (local.set $b (f64x2.sub (local.get $b) (local.get $f)))
          (local.set $c (f64x2.sub (local.get $c) (local.get $g)))
          (local.set $d (f64x2.sub (local.get $d) (local.get $h)))))
        (if (i32.and (i32.gt_u (local.get $modelBytes) (i32.const 64))
            (i32.lt_u (i32.load8_u (local.get $slots)) (local.get $known))) (then
          (local.set $vote (i32.add (i32.sub (local.get $vote) (local.get $mostBytes)) (call $classBytes (local.get $at)
            (i32.add (local.get $start) (i32.load8_u (local.get $slots))))))
          (local.set $e (v128.load (local.get $vote)))
          (local.set $f (v128.load offset=16 (local.get $vote)))
          (local.set $g (v128.load offset=32 (local.get $vote)))
          (local.set $h (v128.load offset=48 (local.get $vote)))))
        (v128.store (local.get $cell) (f64x2.add (v128.load (local.get $cell)) (local.get $e)))
        (if (local.get $isWide) (then
          (v128.store offset=16 (local.get $cell) (f64x2.add (v128.load offset=16 (local.get $cell)) (local.get $f)))
          (v128.store offset=32 (local.get $cell) (f64x2.add (v128.load offset=32 (local.get $cell)) (local.get $g)))
          (v128.store offset=48 (local.get $cell) (f64x2.add (v128.load offset=48 (local.get $cell)) (local.get $h)))))
        (local.set $slots (i32.add (local.get $slots) (i32.const 1)))
        (local.set $place (i32.add (local.get $place) (i32.const 2)))
        (br $nextVoter)))
      (local.set $cell (i32.add (local.get $scratch) (i32.shl
        (i32.load16_u (i32.add (i32.load offset=20 (local.get $at)) (i32.shl (local.get $item) (i32.const 1))))
        (i32.const 6))))
      (v128.store (local.get $cell) (local.get $a))
      (v128.store offset=16 (local.get $cell) (local.get $b))
      (v128.store offset=32 (local.get $cell) (local.get $c))
      (v128.store offset=48 (local.get $cell) (local.get $d))
      (call $countPairs (local.get $at) (local.get $item) (local.get $scratch))
      (if (i32.load offset=32 (local.get $at)) (then
        (local.set $k (i32.const 0))
        (loop $nextTerm
          (call $add64 (i32.add (local.get $scratch) (i32.shl (local.get $k) (i32.const 6)))
            (i32.add (i32.load offset=140 (local.get $at)) (i32.shl
              (i32.load16_u (i32.add (i32.load offset=32 (local.get $at))
                (i32.shl (i32.add (local.get $start) (local.get $k)) (i32.const 1))))
              (i32.const 6))))
          (br_if $nextTerm (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $known))))))
      (if (i32.lt_u (local.get $known) (local.get $length)) (then
        (call $add64 (i32.add (local.get $scratch) (i32.shl (local.get $known) (i32.const 6)))
          (i32.load offset=136 (local.get $at)))))
      ;; The item's own point.
      (local.set $leading (i32.add (i32.add (i32.load offset=16 (local.get $at))
        (i32.shl (i32.add (i32.mul (i32.shr_u (local.get $item) (i32.const 7)) (local.get $models))
          (i32.load offset=80 (local.get $at))) (i32.const 8)))
        (i32.shl (i32.and (local.get $item) (i32.const 127)) (i32.const 1))))
      ;; Rows count from the block's first, slots from the item's.
      (local.set $slots (i32.add (local.get $scratch) (i32.shl (i32.sub
        (i32.load (i32.add (i32.load offset=8 (local.get $at))
          (i32.shl (i32.and (local.get $item) (i32.const -128)) (i32.const 2))))
        (local.get $start)) (i32.const 6))))
      (local.set $cell (i32.add (local.get $slots) (i32.shl (i32.load16_u (local.get $leading)) (i32.const 6))))
      (local.set $factor (f64x2.splat (f64.const 1)))
      (v128.store (local.get $cell) (f64x2.add (v128.load (local.get $cell)) (local.get $factor)))
      (v128.store offset=16 (local.get $cell) (f64x2.add (v128.load offset=16 (local.get $cell)) (local.get $factor)))
      (v128.store offset=32 (local.get $cell) (f64x2.add (v128.load offset=32 (local.get $cell)) (local.get $factor)))
      (v128.store offset=48 (local.get $cell) (f64x2.add (v128.load offset=48 (local.get $cell)) (local.get $factor)))
      (local.set $cell (i32.add (local.get $slots) (i32.shl
        (i32.load16_u (i32.add (local.get $leading) (local.get $m0))) (i32.const 6))))
      (f64.store offset=0 (local.get $cell) (f64.sub (f64.load offset=0 (local.get $cell)) (f64.const 1)))
      (local.set $cell (i32.add (local.get $slots) (i32.shl
        (i32.load16_u (i32.add (local.get $leading) (local.get $m1))) (i32.const 6))))
      (f64.store offset=8 (local.get $cell) (f64.sub (f64.load offset=8 (local.get $cell)) (f64.const 1)))
      (local.set $cell (i32.add (local.get $slots) (i32.shl
        (i32.load16_u (i32.add (local.get $leading) (local.get $m2))) (i32.const 6))))
      (f64.store offset=16 (local.get $cell) (f64.sub (f64.load offset=16 (local.get $cell)) (f64.const 1)))
      (local.set $cell (i32.add (local.get $slots) (i32.shl
        (i32.load16_u (i32.add (local.get $leading) (local.get $m3))) (i32.const 6))))
      (f64.store offset=24 (local.get $cell) (f64.sub (f64.load offset=24 (local.get $cell)) (f64.const 1)))
      (local.set $cell (i32.add (local.get $slots) (i32.shl
        (i32.load16_u (i32.add (local.get $leading) (local.get $m4))) (i32.const 6))))
      (f64.store offset=32 (local.get $cell) (f64.sub (f64.load offset=32 (local.get $cell)) (f64.const 1)))
      (local.set $cell (i32.add (local.get $slots) (i32.shl
        (i32.load16_u (i32.add (local.get $leading) (local.get $m5))) (i32.const 6))))
      (f64.store offset=40 (local.get $cell) (f64.sub (f64.load offset=40 (local.get $cell)) (f64.const 1)))
      (local.set $cell (i32.add (local.get $slots) (i32.shl
        (i32.load16_u (i32.add (local.get $leading) (local.get $m6))) (i32.const 6))))
      (f64.store offset=48 (local.get $cell) (f64.sub (f64.load offset=48 (local.get $cell)) (f64.const 1)))
      (local.set $cell (i32.add (local.get $slots) (i32.shl
        (i32.load16_u (i32.add (local.get $leading) (local.get $m7))) (i32.const 6))))
      (f64.store offset=56 (local.get $cell) (f64.sub (f64.load offset=56 (local.get $cell)) (f64.const 1)))
      ;; How wrong clicks land, and the mean moves (a to d).
      (local.set $total (f64.const 0))
      (local.set $a (v128.const i64x2 0 0))
      (local.set $b (v128.const i64x2 0 0))
      (local.set $c (v128.const i64x2 0 0))
      (local.set $d (v128.const i64x2 0 0))
      (local.set $cell (local.get $scratch))
      (local.set $place (local.get $chances))
      (local.set $vote (local.get $landing))
      (local.set $last (i32.add (local.get $scratch) (i32.shl (local.get $length) (i32.const 6))))
      (loop $nextSlot
        (local.set $total (f64.add (local.get $total) (f64.load (local.get $vote))))
        (local.set $factor (v128.load64_splat (local.get $place)))
        (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $factor) (v128.load (local.get $cell)))))
        (if (local.get $isWide) (then
          (local.set $b (f64x2.add (local.get $b) (f64x2.mul (local.get $factor) (v128.load offset=16 (local.get $cell)))))
          (local.set $c (f64x2.add (local.get $c) (f64x2.mul (local.get $factor) (v128.load offset=32 (local.get $cell)))))
          (local.set $d (f64x2.add (local.get $d) (f64x2.mul (local.get $factor) (v128.load offset=48 (local.get $cell)))))))
        (local.set $vote (i32.add (local.get $vote) (i32.const 8)))
        (local.set $place (i32.add (local.get $place) (i32.const 8)))
        (br_if $nextSlot (i32.lt_u
          (local.tee $cell (i32.add (local.get $cell) (i32.const 64))) (local.get $last))))
      (local.set $error (f64.div (local.get $mostWrong) (local.get $total)))
      (if (f64.lt (local.get $rate) (local.get $error)) (then (local.set $error (local.get $rate))))
      (local.set $trust (f64.sub (f64.const 1) (f64.mul (local.get $error) (local.get $total))))
      ;; The variances (e to h); an answer nobody will give says nothing.
      (local.set $e (v128.const i64x2 0 0))
      (local.set $f (v128.const i64x2 0 0))
      (local.set $g (v128.const i64x2 0 0))
      (local.set $h (v128.const i64x2 0 0))
      (local.set $cell (local.get $scratch))
      (local.set $place (local.get $chances))
      (local.set $vote (local.get $landing))
      (loop $nextSlot
        (local.set $z (f64.load (local.get $place)))
        (local.set $heard (f64.load (local.get $vote)))
        (local.set $stray (f64x2.splat (f64.sub (local.get $heard) (f64.mul (local.get $total) (local.get $z)))))
        (local.set $factor (f64x2.splat (f64.mul (local.get $trust) (local.get $z))))
        (local.set $heard (f64.add
          (f64.mul (local.get $error) (local.get $heard)) (f64.mul (local.get $trust) (local.get $z))))
        (local.set $inverse (f64x2.splat (select
          (f64.div (f64.const 1) (local.get $heard)) (f64.const 0) (f64.gt (local.get $heard) (f64.const 0)))))
        (local.set $shift (f64x2.add
          (f64x2.mul (local.get $factor) (f64x2.sub (v128.load (local.get $cell)) (local.get $a)))
          (f64x2.mul (local.get $stray) (v128.load (local.get $errorGains)))))
        (local.set $e (f64x2.add (local.get $e) (f64x2.mul
          (f64x2.mul (local.get $shift) (local.get $shift)) (local.get $inverse))))
        (if (local.get $isWide) (then
          (local.set $shift (f64x2.add
            (f64x2.mul (local.get $factor) (f64x2.sub (v128.load offset=16 (local.get $cell)) (local.get $b)))
            (f64x2.mul (local.get $stray) (v128.load offset=16 (local.get $errorGains)))))
          (local.set $f (f64x2.add (local.get $f) (f64x2.mul
            (f64x2.mul (local.get $shift) (local.get $shift)) (local.get $inverse))))
          (local.set $shift (f64x2.add
            (f64x2.mul (local.get $factor) (f64x2.sub (v128.load offset=32 (local.get $cell)) (local.get $c)))
            (f64x2.mul (local.get $stray) (v128.load offset=32 (local.get $errorGains)))))
          (local.set $g (f64x2.add (local.get $g) (f64x2.mul
            (f64x2.mul (local.get $shift) (local.get $shift)) (local.get $inverse))))
          (local.set $shift (f64x2.add
            (f64x2.mul (local.get $factor) (f64x2.sub (v128.load offset=48 (local.get $cell)) (local.get $d)))
            (f64x2.mul (local.get $stray) (v128.load offset=48 (local.get $errorGains)))))
          (local.set $h (f64x2.add (local.get $h) (f64x2.mul
            (f64x2.mul (local.get $shift) (local.get $shift)) (local.get $inverse))))))
        (local.set $vote (i32.add (local.get $vote) (i32.const 8)))
        (local.set $place (i32.add (local.get $place) (i32.const 8)))
        (br_if $nextSlot (i32.lt_u
          (local.tee $cell (i32.add (local.get $cell) (i32.const 64))) (local.get $last))))
      (local.set $shift (f64x2.add
        (f64x2.add
          (f64x2.mul (local.get $e) (v128.load (local.get $worths)))
          (f64x2.mul (local.get $f) (v128.load offset=16 (local.get $worths))))
        (f64x2.add
          (f64x2.mul (local.get $g) (v128.load offset=32 (local.get $worths)))
          (f64x2.mul (local.get $h) (v128.load offset=48 (local.get $worths))))))
      (f64.store (local.get $results)
        (f64.add (f64x2.extract_lane 0 (local.get $shift)) (f64x2.extract_lane 1 (local.get $shift))))
      (local.set $results (i32.add (local.get $results) (i32.const 8)))
      (br_if $nextItem (i32.lt_u
        (local.tee $asked (i32.add (local.get $asked) (i32.const 4))) (local.get $lastAsked))))))
