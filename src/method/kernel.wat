;; The passes of a question over all votes of a batch. Layouts are those of votes.ts and dissent.ts; what each pass gives is
;; said, and written to be read, in TypeScript: votesOf in vote.ts, sumByModel, gapVariances and gapGradients in gaps.ts,
;; promisesOf and scoresOf in scores.ts. Sums run in one fixed order, so the same votes give the same bits.
;; `dissentSlots[place]` is the slot that `dissenters[place]` voted for, a byte: with it the inner loops run over all
;; dissenters of an item, which a processor foresees better than many short loops. Translated by scripts/build-kernel.ts.
(module
  (import "method" "memory" (memory 1))

  ;; Elements of 4 and of 2 bytes, and where one of 8 bytes lies.
  (func $int (param $array i32) (param $index i32) (result i32)
    (i32.load (i32.add (local.get $array) (i32.shl (local.get $index) (i32.const 2)))))
  (func $short (param $array i32) (param $index i32) (result i32)
    (i32.load16_u (i32.add (local.get $array) (i32.shl (local.get $index) (i32.const 1)))))
  (func $double (param $array i32) (param $index i32) (result i32)
    (i32.add (local.get $array) (i32.shl (local.get $index) (i32.const 3))))

  ;; The logit of each outcome, minus the largest of its item: -infinity at a slot of abstentions.
  ;; `others[candidates]`: the logit of a class nobody predicted. `slotClasses` is 0 where no class has a term.
  ;; `sums`: room for a number more than there are models.
  (func (export "logits")
    (param $items i32) (param $rowStart i32) (param $voterStart i32) (param $dissenters i32) (param $majority i32)
    (param $candidates i32) (param $outcomes i32) (param $slotClasses i32) (param $classTerms i32) (param $others i32)
    (param $votes i32) (param $everybody f64) (param $sums i32) (param $target i32)
    (local $item i32) (local $row i32) (local $start i32) (local $end i32) (local $place i32) (local $last i32)
    (local $known i32) (local $sum f64) (local $upTo f64) (local $largest f64) (local $at i32) (local $first i32)
    (local.set $end (i32.load (local.get $rowStart)))
    (local.set $place (local.get $dissenters))
    (block $done (loop $nextItem
      (br_if $done (i32.ge_u (local.get $item) (local.get $items)))
      (local.set $start (local.get $end))
      (local.set $end (call $int (local.get $rowStart) (i32.add (local.get $item) (i32.const 1))))
      (local.set $known (i32.add (local.get $start) (call $short (local.get $candidates) (local.get $item))))
      ;; First what each dissenter and those before have together, then from that what each slot's have.
      (local.set $last (i32.add (local.get $dissenters)
        (i32.shl (call $int (local.get $voterStart) (local.get $end)) (i32.const 1))))
      (local.set $first (i32.sub (local.get $sums)
        (i32.shl (call $int (local.get $voterStart) (local.get $start)) (i32.const 3))))
      (local.set $at (local.get $sums))
      (local.set $sum (f64.const 0))
      (f64.store (local.get $at) (local.get $sum))
      (block $counted (loop $nextVoter
        (br_if $counted (i32.ge_u (local.get $place) (local.get $last)))
        (local.set $sum (f64.add (local.get $sum)
          (f64.load (call $double (local.get $votes) (i32.load16_u (local.get $place))))))
        (f64.store offset=8 (local.get $at) (local.get $sum))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $place (i32.add (local.get $place) (i32.const 2)))
        (br $nextVoter)))
      (local.set $upTo (f64.const 0))
      (local.set $row (local.get $start))
      (loop $nextRow
        (local.set $largest (f64.load (call $double (local.get $first)
          (call $int (local.get $voterStart) (i32.add (local.get $row) (i32.const 1))))))
        (f64.store (call $double (local.get $target) (local.get $row)) (select
          (f64.sub (local.get $largest) (local.get $upTo))
          (f64.const -inf)
          (i32.lt_u (local.get $row) (local.get $known))))
        (local.set $upTo (local.get $largest))
        (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end))))
      (f64.store
        (call $double (local.get $target)
          (i32.add (local.get $start) (call $short (local.get $majority) (local.get $item))))
        (f64.sub (local.get $everybody) (local.get $sum)))
      (if (local.get $slotClasses) (then
        (local.set $row (local.get $start))
        (loop $nextTerm
          (local.set $at (call $double (local.get $target) (local.get $row)))
          (f64.store (local.get $at) (f64.add (f64.load (local.get $at)) (f64.load
            (call $double (local.get $classTerms) (call $short (local.get $slotClasses) (local.get $row))))))
          (br_if $nextTerm
            (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $known))))))
      (if (i32.lt_u (local.get $known)
          (i32.add (local.get $start) (call $short (local.get $outcomes) (local.get $item)))) (then
        (f64.store (call $double (local.get $target) (local.get $known)) (f64.load (call $double
          (local.get $others) (i32.sub (local.get $known) (local.get $start)))))))
      (local.set $largest (f64.const -inf))
      (local.set $row (local.get $start))
      (loop $nextRow
        (local.set $largest (f64.max (local.get $largest) (f64.load (call $double (local.get $target) (local.get $row)))))
        (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end))))
      (local.set $row (local.get $start))
      (loop $nextRow
        (local.set $at (call $double (local.get $target) (local.get $row)))
        (f64.store (local.get $at) (f64.sub (f64.load (local.get $at)) (local.get $largest)))
        (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end))))
      (local.set $item (i32.add (local.get $item) (i32.const 1)))
      (br $nextItem))))

  ;; e^x of numbers up to 0, in place, two at once; 0 below -60. With n the whole number next to x / ln 2, it is
  ;; 2^n e^(x - n ln 2): a Taylor polynomial good to the last bit but one, whose exponent n is added to.
  ;; `factors`: 1 / ln 2, 1.5 * 2^52, ln 2 in two parts, -60, and 1 / k! for k from 12 down to 0.
  (func (export "exponentials") (param $from i32) (param $end i32) (param $factors i32)
    (local $x v128) (local $n v128) (local $r v128) (local $p v128)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
      (local.set $x (v128.load (local.get $from)))
      ;; Adding 1.5 * 2^52 rounds, and leaves n in the lowest bits.
      (local.set $n (f64x2.add (f64x2.mul (local.get $x) (v128.load64_splat offset=0 (local.get $factors))) (v128.load64_splat offset=8 (local.get $factors))))
      (local.set $r (f64x2.sub (local.get $n) (v128.load64_splat offset=8 (local.get $factors))))
      ;; The first part of ln 2 times n is exact.
      (local.set $r (f64x2.sub
        (f64x2.sub (local.get $x) (f64x2.mul (local.get $r) (v128.load64_splat offset=16 (local.get $factors))))
        (f64x2.mul (local.get $r) (v128.load64_splat offset=24 (local.get $factors)))))
      (local.set $p (v128.load64_splat offset=40 (local.get $factors)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=48 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=56 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=64 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=72 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=80 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=88 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=96 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=104 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=112 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=120 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=128 (local.get $factors))))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.load64_splat offset=136 (local.get $factors))))
      (v128.store (local.get $from) (v128.and
        (i64x2.add (local.get $p) (i64x2.shl (local.get $n) (i32.const 52)))
        (f64x2.ge (local.get $x) (v128.load64_splat offset=32 (local.get $factors)))))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br $next))))

  ;; From the exponentials of an item to its probabilities, with the lapse mixed in.
  (func (export "shares")
    (param $items i32) (param $rowStart i32) (param $outcomes i32) (param $lapse f64) (param $target i32)
    (local $item i32) (local $from i32) (local $start i32) (local $end i32) (local $count i32)
    (local $total f64) (local $least f64)
    (block $done (loop $nextItem
      (br_if $done (i32.ge_u (local.get $item) (local.get $items)))
      (local.set $count (call $short (local.get $outcomes) (local.get $item)))
      (local.set $start (call $double (local.get $target) (call $int (local.get $rowStart) (local.get $item))))
      (local.set $end (call $double (local.get $start) (local.get $count)))
      (local.set $total (f64.const 0))
      (local.set $from (local.get $start))
      (loop $next
        (local.set $total (f64.add (local.get $total) (f64.load (local.get $from))))
        (br_if $next
          (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 8))) (local.get $end))))
      (local.set $total (f64.div (f64.sub (f64.const 1) (local.get $lapse)) (local.get $total)))
      (local.set $least (f64.div (local.get $lapse) (f64.convert_i32_u (local.get $count))))
      (local.set $from (local.get $start))
      (loop $next
        (f64.store (local.get $from)
          (f64.add (f64.mul (f64.load (local.get $from)) (local.get $total)) (local.get $least)))
        (br_if $next
          (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 8))) (local.get $end))))
      (local.set $item (i32.add (local.get $item) (i32.const 1)))
      (br $nextItem))))

  ;; What everybody has of the majorities' values; each model's difference from that goes to `corrections`.
  (func (export "sums")
    (param $items i32) (param $rowStart i32) (param $voterStart i32) (param $dissenters i32) (param $dissentSlots i32)
    (param $majority i32) (param $values i32) (param $corrections i32) (result f64)
    (local $item i32) (local $row i32) (local $place i32) (local $last i32)
    (local $at i32) (local $most f64) (local $everybody f64)
    (block $done (loop $nextItem
      (br_if $done (i32.ge_u (local.get $item) (local.get $items)))
      (local.set $row
        (call $double (local.get $values) (call $int (local.get $rowStart) (local.get $item))))
      (local.set $most (f64.load (call $double (local.get $row) (call $short (local.get $majority) (local.get $item)))))
      (local.set $everybody (f64.add (local.get $everybody) (local.get $most)))
      (local.set $last (call $int (local.get $voterStart)
        (call $int (local.get $rowStart) (i32.add (local.get $item) (i32.const 1)))))
      (block $counted (loop $nextVoter
        (br_if $counted (i32.ge_u (local.get $place) (local.get $last)))
        (local.set $at (call $double (local.get $corrections) (call $short (local.get $dissenters) (local.get $place))))
        (f64.store (local.get $at) (f64.add (f64.load (local.get $at)) (f64.sub
          (f64.load (call $double (local.get $row)
            (i32.load8_u (i32.add (local.get $dissentSlots) (local.get $place)))))
          (local.get $most))))
        (local.set $place (i32.add (local.get $place) (i32.const 1)))
        (br $nextVoter)))
      (local.set $item (i32.add (local.get $item) (i32.const 1)))
      (br $nextItem)))
    (local.get $everybody))

  ;; Adds to `sums[rank]` the pair (doubt, hardness) of every item on which the leader and a column differ, and 1 to
  ;; `apart[rank]`. `doubts`: room for a pair and a count by slot. `columns[rank]`: a model, 16 bits.
  (func (export "variances")
    (param $items i32) (param $models i32) (param $slots i32) (param $rowStart i32) (param $chances i32)
    (param $hardness i32) (param $leader i32) (param $columns i32) (param $count i32)
    (param $doubts i32) (param $sums i32) (param $apart i32)
    (local $item i32) (local $from i32) (local $end i32) (local $leading i32) (local $right f64) (local $other f64)
    (local $at i32) (local $rank i32) (local $column i32) (local $slot i32)
    (block $done (loop $nextItem
      (br_if $done (i32.ge_u (local.get $item) (local.get $items)))
      (local.set $from (call $double (local.get $chances) (call $int (local.get $rowStart) (local.get $item))))
      (local.set $end
        (call $double (local.get $chances) (call $int (local.get $rowStart) (i32.add (local.get $item) (i32.const 1)))))
      (local.set $leading (i32.load8_u (i32.add (local.get $slots) (local.get $leader))))
      (local.set $right (f64.load (call $double (local.get $from) (local.get $leading))))
      (local.set $at (local.get $doubts))
      (loop $nextSlot
        (local.set $other (f64.sub (local.get $right) (f64.load (local.get $from))))
        (f64.store (local.get $at) (f64.sub
          (f64.add (local.get $right) (f64.load (local.get $from)))
          (f64.mul (local.get $other) (local.get $other))))
        (f64.store offset=8 (local.get $at) (f64.load (call $double (local.get $hardness) (local.get $item))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $nextSlot
          (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 8))) (local.get $end))))
      (v128.store (i32.add (local.get $doubts) (i32.shl (local.get $leading) (i32.const 4)))
        (v128.const i64x2 0 0))
      (local.set $rank (i32.const 0))
      (loop $nextRank
        (local.set $slot (i32.load8_u (i32.add (local.get $slots)
          (call $short (local.get $columns) (local.get $rank)))))
        (local.set $at (i32.add (local.get $sums) (i32.shl (local.get $rank) (i32.const 4))))
        (v128.store (local.get $at) (f64x2.add (v128.load (local.get $at))
          (v128.load (i32.add (local.get $doubts) (i32.shl (local.get $slot) (i32.const 4))))))
        (local.set $at (i32.add (local.get $apart) (i32.shl (local.get $rank) (i32.const 2))))
        (i32.store (local.get $at)
          (i32.add (i32.load (local.get $at)) (i32.ne (local.get $slot) (local.get $leading))))
        (br_if $nextRank (i32.lt_u (local.tee $rank (i32.add (local.get $rank) (i32.const 1))) (local.get $count))))
      (local.set $slots (i32.add (local.get $slots) (local.get $models)))
      (local.set $item (i32.add (local.get $item) (i32.const 1)))
      (br $nextItem))))

  ;; How the lead over each of eight models hangs on each vote: `votes[model * 8 + rank]`, `everybody[rank]`,
  ;; `other[rank]` and, where classes have terms, `classTerms[class * 8 + rank]` are added to, 64 bytes at a time.
  ;; `pulls`: room for 64 bytes a slot. A column that is the leader itself gets zeros.
  (func $add64 (param $at i32) (param $from i32)
    (v128.store (local.get $at) (f64x2.add (v128.load (local.get $at)) (v128.load (local.get $from))))
    (v128.store offset=16 (local.get $at)
      (f64x2.add (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $from))))
    (v128.store offset=32 (local.get $at)
      (f64x2.add (v128.load offset=32 (local.get $at)) (v128.load offset=32 (local.get $from))))
    (v128.store offset=48 (local.get $at)
      (f64x2.add (v128.load offset=48 (local.get $at)) (v128.load offset=48 (local.get $from)))))
  (func (export "gradients")
    (param $items i32) (param $models i32) (param $slots i32) (param $rowStart i32) (param $voterStart i32)
    (param $dissenters i32) (param $dissentSlots i32) (param $majority i32) (param $candidates i32) (param $outcomes i32)
    (param $slotClasses i32) (param $chances i32) (param $leader i32) (param $columns i32) (param $pulls i32)
    (param $votes i32) (param $everybody i32) (param $other i32) (param $classTerms i32)
    (local $item i32) (local $start i32) (local $end i32) (local $row i32) (local $leading i32) (local $slot i32)
    (local $differs i32) (local $rank i32) (local $at i32) (local $right f64) (local $known i32) (local $mostAt i32)
    (local $place i32) (local $last i32) (local $chance v128) (local $gap i32) (local $vote i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    ;; The eight gaps lie before the pulls.
    (local.set $gap (local.get $pulls))
    (local.set $pulls (i32.add (local.get $pulls) (i32.const 64)))
    (local.set $end (i32.load (local.get $rowStart)))
    (block $done (loop $nextItem
      (br_if $done (i32.ge_u (local.get $item) (local.get $items)))
      (local.set $start (local.get $end))
      (local.set $end (call $int (local.get $rowStart) (i32.add (local.get $item) (i32.const 1))))
      (local.set $leading (i32.load8_u (i32.add (local.get $slots) (local.get $leader))))
      (local.set $right (f64.load (call $double (local.get $chances)
        (i32.add (local.get $start) (local.get $leading)))))
      (local.set $differs (i32.const 0))
      (local.set $rank (i32.const 0))
      (loop $nextRank
        (local.set $slot (i32.load8_u (i32.add (local.get $slots)
          (call $short (local.get $columns) (local.get $rank)))))
        (local.set $differs
          (i32.or (local.get $differs) (i32.ne (local.get $slot) (local.get $leading))))
        (f64.store (call $double (local.get $gap) (local.get $rank)) (f64.sub
          (f64.load (call $double (local.get $chances) (i32.add (local.get $start) (local.get $slot))))
          (local.get $right)))
        (br_if $nextRank (i32.lt_u (local.tee $rank (i32.add (local.get $rank) (i32.const 1))) (i32.const 8))))
      (if (local.get $differs) (then
        (local.set $a (v128.load (local.get $gap)))
        (local.set $b (v128.load offset=16 (local.get $gap)))
        (local.set $c (v128.load offset=32 (local.get $gap)))
        (local.set $d (v128.load offset=48 (local.get $gap)))
        (local.set $row (local.get $start))
        (local.set $at (local.get $pulls))
        (loop $nextRow
          (local.set $chance (v128.load64_splat (call $double (local.get $chances) (local.get $row))))
          (v128.store (local.get $at) (f64x2.mul (local.get $a) (local.get $chance)))
          (v128.store offset=16 (local.get $at) (f64x2.mul (local.get $b) (local.get $chance)))
          (v128.store offset=32 (local.get $at) (f64x2.mul (local.get $c) (local.get $chance)))
          (v128.store offset=48 (local.get $at) (f64x2.mul (local.get $d) (local.get $chance)))
          (local.set $at (i32.add (local.get $at) (i32.const 64)))
          (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end))))
        (local.set $rank (i32.const 0))
        (loop $nextRank
          (local.set $slot (i32.load8_u (i32.add (local.get $slots)
            (call $short (local.get $columns) (local.get $rank)))))
          (if (i32.ne (local.get $slot) (local.get $leading)) (then
            (local.set $at (i32.add (local.get $pulls)
              (i32.add (i32.shl (local.get $leading) (i32.const 6)) (i32.shl (local.get $rank) (i32.const 3)))))
            (f64.store (local.get $at) (f64.add (f64.load (local.get $at)) (local.get $right)))
            (local.set $at (i32.add (local.get $pulls)
              (i32.add (i32.shl (local.get $slot) (i32.const 6)) (i32.shl (local.get $rank) (i32.const 3)))))
            (f64.store (local.get $at) (f64.sub (f64.load (local.get $at))
              (f64.load (call $double (local.get $chances) (i32.add (local.get $start) (local.get $slot))))))))
          (br_if $nextRank (i32.lt_u (local.tee $rank (i32.add (local.get $rank) (i32.const 1))) (i32.const 8))))
        (local.set $mostAt (i32.add (local.get $pulls)
          (i32.shl (call $short (local.get $majority) (local.get $item)) (i32.const 6))))
        (call $add64 (local.get $everybody) (local.get $mostAt))
        (local.set $a (v128.load (local.get $mostAt)))
        (local.set $b (v128.load offset=16 (local.get $mostAt)))
        (local.set $c (v128.load offset=32 (local.get $mostAt)))
        (local.set $d (v128.load offset=48 (local.get $mostAt)))
        (local.set $known (i32.add (local.get $start) (call $short (local.get $candidates) (local.get $item))))
        (local.set $row (local.get $start))
        (local.set $at (local.get $pulls))
        (loop $nextRow
          (if (i32.and (i32.ne (local.get $slotClasses) (i32.const 0)) (i32.lt_u (local.get $row) (local.get $known)))
            (then (call $add64
              (i32.add (local.get $classTerms)
                (i32.shl (call $short (local.get $slotClasses) (local.get $row)) (i32.const 6)))
              (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 64)))
          (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end))))
        (if (i32.lt_u (local.get $known)
            (i32.add (local.get $start) (call $short (local.get $outcomes) (local.get $item)))) (then
          (call $add64 (local.get $other) (i32.add (local.get $pulls)
            (i32.shl (i32.sub (local.get $known) (local.get $start)) (i32.const 6))))))
        ;; From here on the pulls are those beyond the majority's.
        (local.set $row (local.get $start))
        (local.set $at (local.get $pulls))
        (loop $nextRow
          (v128.store (local.get $at) (f64x2.sub (v128.load (local.get $at)) (local.get $a)))
          (v128.store offset=16 (local.get $at) (f64x2.sub (v128.load offset=16 (local.get $at)) (local.get $b)))
          (v128.store offset=32 (local.get $at) (f64x2.sub (v128.load offset=32 (local.get $at)) (local.get $c)))
          (v128.store offset=48 (local.get $at) (f64x2.sub (v128.load offset=48 (local.get $at)) (local.get $d)))
          (local.set $at (i32.add (local.get $at) (i32.const 64)))
          (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end))))
        (local.set $place (call $int (local.get $voterStart) (local.get $start)))
        (local.set $last (call $int (local.get $voterStart) (local.get $end)))
        (block $counted (loop $nextVoter
          (br_if $counted (i32.ge_u (local.get $place) (local.get $last)))
          (local.set $at (i32.add (local.get $pulls) (i32.shl
            (i32.load8_u (i32.add (local.get $dissentSlots) (local.get $place))) (i32.const 6))))
          (local.set $vote (i32.add (local.get $votes) (i32.shl
            (call $short (local.get $dissenters) (local.get $place)) (i32.const 6))))
          (v128.store (local.get $vote)
            (f64x2.add (v128.load (local.get $vote)) (v128.load (local.get $at))))
          (v128.store offset=16 (local.get $vote)
            (f64x2.add (v128.load offset=16 (local.get $vote)) (v128.load offset=16 (local.get $at))))
          (v128.store offset=32 (local.get $vote)
            (f64x2.add (v128.load offset=32 (local.get $vote)) (v128.load offset=32 (local.get $at))))
          (v128.store offset=48 (local.get $vote)
            (f64x2.add (v128.load offset=48 (local.get $vote)) (v128.load offset=48 (local.get $at))))
          (local.set $place (i32.add (local.get $place) (i32.const 1)))
          (br $nextVoter)))))
      (local.set $slots (i32.add (local.get $slots) (local.get $models)))
      (local.set $item (i32.add (local.get $item) (i32.const 1)))
      (br $nextItem))))

  ;; For each of `count` items, the sum over eight columns of `worths[rank]` times the pair's doubt.
  (func (export "promises")
    (param $asked i32) (param $count i32) (param $models i32) (param $slots i32) (param $rowStart i32)
    (param $chances i32) (param $leader i32) (param $columns i32) (param $worths i32) (param $target i32)
    (local $row i32) (local $first i32) (local $leading i32) (local $slot i32) (local $rank i32)
    (local $right f64) (local $other f64) (local $promise f64) (local $gap f64)
    (block $done (loop $nextItem
      (br_if $done (i32.eqz (local.get $count)))
      (local.set $first (i32.add (local.get $slots) (i32.mul (i32.load (local.get $asked)) (local.get $models))))
      (local.set $row
        (call $double (local.get $chances) (call $int (local.get $rowStart) (i32.load (local.get $asked)))))
      (local.set $leading (i32.load8_u (i32.add (local.get $first) (local.get $leader))))
      (local.set $right (f64.load (call $double (local.get $row) (local.get $leading))))
      (local.set $promise (f64.const 0))
      (local.set $rank (i32.const 0))
      (loop $nextRank
        (local.set $slot (i32.load8_u (i32.add (local.get $first)
          (call $short (local.get $columns) (local.get $rank)))))
        (local.set $other (f64.load (call $double (local.get $row) (local.get $slot))))
        (local.set $gap (f64.sub (local.get $right) (local.get $other)))
        (local.set $promise (f64.add (local.get $promise) (select
          (f64.const 0)
          (f64.mul (f64.load (call $double (local.get $worths) (local.get $rank))) (f64.sub
            (f64.add (local.get $right) (local.get $other)) (f64.mul (local.get $gap) (local.get $gap))))
          (i32.eq (local.get $slot) (local.get $leading)))))
        (br_if $nextRank (i32.lt_u (local.tee $rank (i32.add (local.get $rank) (i32.const 1))) (i32.const 8))))
      (f64.store (local.get $target) (local.get $promise))
      (local.set $target (i32.add (local.get $target) (i32.const 8)))
      (local.set $asked (i32.add (local.get $asked) (i32.const 4)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br $nextItem))))

  ;; For each of `count` items, the sum over eight columns of `worths[rank]` times what the item's answer teaches about the
  ;; lead over it. `votes`, `everybody`, `other` and `classTerms` as the gradients have them, of the eight directions, and
  ;; `gains[rank]`, what a unit of click error does to a lead. `moves`: room for 64 bytes a slot.
  (func (export "scores")
    (param $asked i32) (param $count i32) (param $models i32) (param $slots i32) (param $rowStart i32)
    (param $voterStart i32) (param $dissenters i32) (param $dissentSlots i32) (param $majority i32)
    (param $candidates i32) (param $outcomes i32) (param $slotClasses i32) (param $chances i32) (param $landing i32)
    (param $rate f64) (param $most f64) (param $leader i32) (param $columns i32) (param $worths i32) (param $gains i32)
    (param $moves i32) (param $votes i32) (param $everybody i32) (param $other i32) (param $classTerms i32)
    (param $target i32)
    (local $item i32) (local $start i32) (local $known i32) (local $length i32) (local $k i32) (local $at i32)
    (local $place i32) (local $last i32) (local $vote i32) (local $leading i32) (local $slot i32) (local $rank i32)
    (local $total f64) (local $trust f64) (local $error f64) (local $z f64) (local $heard f64)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $factor v128) (local $stray v128)
    (local $inverse v128) (local $e v128) (local $f v128) (local $g v128) (local $h v128) (local $shift v128)
    (block $done (loop $nextItem
      (br_if $done (i32.eqz (local.get $count)))
      (local.set $item (i32.load (local.get $asked)))
      (local.set $start (call $int (local.get $rowStart) (local.get $item)))
      (local.set $known (call $short (local.get $candidates) (local.get $item)))
      (local.set $length (call $short (local.get $outcomes) (local.get $item)))
      ;; Nobody's votes yet; an abstention's slot lies behind the outcomes.
      (local.set $at (local.get $moves))
      (local.set $k (local.get $length))
      (loop $nextSlot
        (v128.store (local.get $at) (v128.const i64x2 0 0))
        (v128.store offset=16 (local.get $at) (v128.const i64x2 0 0))
        (v128.store offset=32 (local.get $at) (v128.const i64x2 0 0))
        (v128.store offset=48 (local.get $at) (v128.const i64x2 0 0))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $nextSlot (i32.ge_s (local.tee $k (i32.sub (local.get $k) (i32.const 1))) (i32.const 0))))
      (local.set $a (v128.load (local.get $everybody)))
      (local.set $b (v128.load offset=16 (local.get $everybody)))
      (local.set $c (v128.load offset=32 (local.get $everybody)))
      (local.set $d (v128.load offset=48 (local.get $everybody)))
      (local.set $place (call $int (local.get $voterStart) (local.get $start)))
      (local.set $last (call $int (local.get $voterStart)
        (call $int (local.get $rowStart) (i32.add (local.get $item) (i32.const 1)))))
      (block $counted (loop $nextVoter
        (br_if $counted (i32.ge_u (local.get $place) (local.get $last)))
        (local.set $at (i32.add (local.get $moves) (i32.shl
          (i32.load8_u (i32.add (local.get $dissentSlots) (local.get $place))) (i32.const 6))))
        (local.set $vote (i32.add (local.get $votes) (i32.shl
          (call $short (local.get $dissenters) (local.get $place)) (i32.const 6))))
        (v128.store (local.get $at)
          (f64x2.add (v128.load (local.get $at)) (v128.load (local.get $vote))))
        (v128.store offset=16 (local.get $at)
          (f64x2.add (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $vote))))
        (v128.store offset=32 (local.get $at)
          (f64x2.add (v128.load offset=32 (local.get $at)) (v128.load offset=32 (local.get $vote))))
        (v128.store offset=48 (local.get $at)
          (f64x2.add (v128.load offset=48 (local.get $at)) (v128.load offset=48 (local.get $vote))))
        (local.set $a (f64x2.sub (local.get $a) (v128.load (local.get $vote))))
        (local.set $b (f64x2.sub (local.get $b) (v128.load offset=16 (local.get $vote))))
        (local.set $c (f64x2.sub (local.get $c) (v128.load offset=32 (local.get $vote))))
        (local.set $d (f64x2.sub (local.get $d) (v128.load offset=48 (local.get $vote))))
        (local.set $place (i32.add (local.get $place) (i32.const 1)))
        (br $nextVoter)))
      (local.set $at (i32.add (local.get $moves)
        (i32.shl (call $short (local.get $majority) (local.get $item)) (i32.const 6))))
      (v128.store (local.get $at) (local.get $a))
      (v128.store offset=16 (local.get $at) (local.get $b))
      (v128.store offset=32 (local.get $at) (local.get $c))
      (v128.store offset=48 (local.get $at) (local.get $d))
      (if (local.get $slotClasses) (then
        (local.set $k (i32.const 0))
        (loop $nextTerm
          (call $add64 (i32.add (local.get $moves) (i32.shl (local.get $k) (i32.const 6)))
            (i32.add (local.get $classTerms) (i32.shl
              (call $short (local.get $slotClasses) (i32.add (local.get $start) (local.get $k))) (i32.const 6))))
          (br_if $nextTerm (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $known))))))
      (if (i32.lt_u (local.get $known) (local.get $length)) (then
        (call $add64 (i32.add (local.get $moves) (i32.shl (local.get $known) (i32.const 6))) (local.get $other))))
      ;; The item's own point.
      (local.set $vote (i32.add (local.get $slots) (i32.mul (local.get $item) (local.get $models))))
      (local.set $leading (i32.load8_u (i32.add (local.get $vote) (local.get $leader))))
      (local.set $rank (i32.const 0))
      (loop $nextRank
        (local.set $slot (i32.load8_u (i32.add (local.get $vote)
          (call $short (local.get $columns) (local.get $rank)))))
        (if (i32.ne (local.get $slot) (local.get $leading)) (then
          (local.set $at (i32.add (local.get $moves)
            (i32.add (i32.shl (local.get $leading) (i32.const 6)) (i32.shl (local.get $rank) (i32.const 3)))))
          (f64.store (local.get $at) (f64.add (f64.load (local.get $at)) (f64.const 1)))
          (local.set $at (i32.add (local.get $moves)
            (i32.add (i32.shl (local.get $slot) (i32.const 6)) (i32.shl (local.get $rank) (i32.const 3)))))
          (f64.store (local.get $at) (f64.sub (f64.load (local.get $at)) (f64.const 1)))))
        (br_if $nextRank (i32.lt_u (local.tee $rank (i32.add (local.get $rank) (i32.const 1))) (i32.const 8))))
      ;; How wrong clicks land, and the mean moves (a to d).
      (local.set $total (f64.const 0))
      (local.set $a (v128.const i64x2 0 0))
      (local.set $b (v128.const i64x2 0 0))
      (local.set $c (v128.const i64x2 0 0))
      (local.set $d (v128.const i64x2 0 0))
      (local.set $at (local.get $moves))
      (local.set $k (i32.const 0))
      (loop $nextSlot
        (local.set $total (f64.add (local.get $total)
          (f64.load (call $double (local.get $landing) (i32.add (local.get $start) (local.get $k))))))
        (local.set $factor
          (v128.load64_splat (call $double (local.get $chances) (i32.add (local.get $start) (local.get $k)))))
        (local.set $a
          (f64x2.add (local.get $a) (f64x2.mul (local.get $factor) (v128.load (local.get $at)))))
        (local.set $b
          (f64x2.add (local.get $b) (f64x2.mul (local.get $factor) (v128.load offset=16 (local.get $at)))))
        (local.set $c
          (f64x2.add (local.get $c) (f64x2.mul (local.get $factor) (v128.load offset=32 (local.get $at)))))
        (local.set $d
          (f64x2.add (local.get $d) (f64x2.mul (local.get $factor) (v128.load offset=48 (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $nextSlot (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $length))))
      (local.set $error (f64.min (local.get $rate) (f64.div (local.get $most) (local.get $total))))
      (local.set $trust (f64.sub (f64.const 1) (f64.mul (local.get $error) (local.get $total))))
      ;; The variances (e to h); an answer nobody will give says nothing.
      (local.set $e (v128.const i64x2 0 0))
      (local.set $f (v128.const i64x2 0 0))
      (local.set $g (v128.const i64x2 0 0))
      (local.set $h (v128.const i64x2 0 0))
      (local.set $at (local.get $moves))
      (local.set $k (i32.const 0))
      (loop $nextSlot
        (local.set $z (f64.load (call $double (local.get $chances) (i32.add (local.get $start) (local.get $k)))))
        (local.set $heard (f64.load (call $double (local.get $landing) (i32.add (local.get $start) (local.get $k)))))
        (local.set $stray (f64x2.splat (f64.sub (local.get $heard) (f64.mul (local.get $total) (local.get $z)))))
        (local.set $factor (f64x2.splat (f64.mul (local.get $trust) (local.get $z))))
        (local.set $heard (f64.add
          (f64.mul (local.get $error) (local.get $heard)) (f64.mul (local.get $trust) (local.get $z))))
        (local.set $inverse (f64x2.splat (select
          (f64.div (f64.const 1) (local.get $heard)) (f64.const 0) (f64.gt (local.get $heard) (f64.const 0)))))
        (local.set $shift (f64x2.add
          (f64x2.mul (local.get $factor) (f64x2.sub (v128.load (local.get $at)) (local.get $a)))
          (f64x2.mul (local.get $stray) (v128.load (local.get $gains)))))
        (local.set $e (f64x2.add (local.get $e) (f64x2.mul
          (f64x2.mul (local.get $shift) (local.get $shift)) (local.get $inverse))))
        (local.set $shift (f64x2.add
          (f64x2.mul (local.get $factor) (f64x2.sub (v128.load offset=16 (local.get $at)) (local.get $b)))
          (f64x2.mul (local.get $stray) (v128.load offset=16 (local.get $gains)))))
        (local.set $f (f64x2.add (local.get $f) (f64x2.mul
          (f64x2.mul (local.get $shift) (local.get $shift)) (local.get $inverse))))
        (local.set $shift (f64x2.add
          (f64x2.mul (local.get $factor) (f64x2.sub (v128.load offset=32 (local.get $at)) (local.get $c)))
          (f64x2.mul (local.get $stray) (v128.load offset=32 (local.get $gains)))))
        (local.set $g (f64x2.add (local.get $g) (f64x2.mul
          (f64x2.mul (local.get $shift) (local.get $shift)) (local.get $inverse))))
        (local.set $shift (f64x2.add
          (f64x2.mul (local.get $factor) (f64x2.sub (v128.load offset=48 (local.get $at)) (local.get $d)))
          (f64x2.mul (local.get $stray) (v128.load offset=48 (local.get $gains)))))
        (local.set $h (f64x2.add (local.get $h) (f64x2.mul
          (f64x2.mul (local.get $shift) (local.get $shift)) (local.get $inverse))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $nextSlot (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $length))))
      (local.set $shift (f64x2.add
        (f64x2.add
          (f64x2.mul (local.get $e) (v128.load (local.get $worths)))
          (f64x2.mul (local.get $f) (v128.load offset=16 (local.get $worths))))
        (f64x2.add
          (f64x2.mul (local.get $g) (v128.load offset=32 (local.get $worths)))
          (f64x2.mul (local.get $h) (v128.load offset=48 (local.get $worths))))))
      (f64.store (local.get $target)
        (f64.add (f64x2.extract_lane 0 (local.get $shift)) (f64x2.extract_lane 1 (local.get $shift))))
      (local.set $target (i32.add (local.get $target) (i32.const 8)))
      (local.set $asked (i32.add (local.get $asked) (i32.const 4)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br $nextItem)))))
