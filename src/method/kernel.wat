;; The passes of a question over all votes of a batch. Layouts are those of votes.ts and dissent.ts; what each pass gives is
;; said, and written to be read, in TypeScript: votesOf in vote.ts, sumByModel, gapVariances and gapGradients in gaps.ts.
;; Sums run in one fixed order, so the same votes give the same bits. Translated by scripts/build-kernel.ts.
(module
  (import "method" "memory" (memory 1))

  ;; Where the row of an item starts, and the 16 bits kept of it, in arrays by item.
  (func $int (param $array i32) (param $index i32) (result i32)
    (i32.load (i32.add (local.get $array) (i32.shl (local.get $index) (i32.const 2)))))
  (func $short (param $array i32) (param $index i32) (result i32)
    (i32.load16_u (i32.add (local.get $array) (i32.shl (local.get $index) (i32.const 1)))))
  (func $double (param $array i32) (param $index i32) (result i32)
    (i32.add (local.get $array) (i32.shl (local.get $index) (i32.const 3))))

  ;; The logit of each outcome, minus the largest of its item: -infinity at a slot of abstentions.
  ;; `others[candidates]`: the logit of a class nobody predicted. `slotClasses` is 0 where no class has a term.
  (func (export "logits")
    (param $items i32) (param $rowStart i32) (param $voterStart i32) (param $dissenters i32) (param $majority i32)
    (param $candidates i32) (param $outcomes i32) (param $slotClasses i32) (param $classTerms i32) (param $others i32)
    (param $votes i32) (param $everybody f64) (param $target i32)
    (local $item i32) (local $row i32) (local $start i32) (local $end i32) (local $place i32) (local $last i32)
    (local $known i32) (local $sum f64) (local $agreed f64) (local $largest f64) (local $at i32)
    (local.set $end (i32.load (local.get $rowStart)))
    (local.set $place (local.get $dissenters))
    (block $done (loop $nextItem
      (br_if $done (i32.ge_u (local.get $item) (local.get $items)))
      (local.set $start (local.get $end))
      (local.set $end (call $int (local.get $rowStart) (i32.add (local.get $item) (i32.const 1))))
      (local.set $known (i32.add (local.get $start) (call $short (local.get $candidates) (local.get $item))))
      (local.set $agreed (local.get $everybody))
      (local.set $row (local.get $start))
      (loop $nextRow
        (local.set $last (i32.add (local.get $dissenters) (i32.shl
          (call $int (local.get $voterStart) (i32.add (local.get $row) (i32.const 1))) (i32.const 1))))
        (local.set $sum (f64.const 0))
        (block $counted (loop $nextVoter
          (br_if $counted (i32.ge_u (local.get $place) (local.get $last)))
          (local.set $sum (f64.add (local.get $sum)
            (f64.load (call $double (local.get $votes) (i32.load16_u (local.get $place))))))
          (local.set $place (i32.add (local.get $place) (i32.const 2)))
          (br $nextVoter)))
        (local.set $agreed (f64.sub (local.get $agreed) (local.get $sum)))
        (f64.store (call $double (local.get $target) (local.get $row))
          (select (local.get $sum) (f64.const -inf) (i32.lt_u (local.get $row) (local.get $known))))
        (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end))))
      (f64.store
        (call $double (local.get $target)
          (i32.add (local.get $start) (call $short (local.get $majority) (local.get $item))))
        (local.get $agreed))
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
  (func (export "exponentials") (param $from i32) (param $end i32)
    (local $x v128) (local $n v128) (local $r v128) (local $p v128)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
      (local.set $x (v128.load (local.get $from)))
      ;; Adding 1.5 * 2^52 rounds, and leaves n in the lowest bits.
      (local.set $n (f64x2.add
        (f64x2.mul (local.get $x) (v128.const f64x2 1.4426950408889634 1.4426950408889634))
        (v128.const f64x2 6755399441055744 6755399441055744)))
      (local.set $r (f64x2.sub (local.get $n) (v128.const f64x2 6755399441055744 6755399441055744)))
      ;; ln 2 in two parts, of which the first times n is exact.
      (local.set $r (f64x2.sub
        (f64x2.sub (local.get $x)
          (f64x2.mul (local.get $r) (v128.const f64x2 0.693147180369123816490 0.693147180369123816490)))
        (f64x2.mul (local.get $r) (v128.const f64x2 1.90821492927058770002e-10 1.90821492927058770002e-10))))
      (local.set $p (v128.const f64x2 2.08767569878681e-09 2.08767569878681e-09))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 2.505210838544172e-08 2.505210838544172e-08)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 2.755731922398589e-07 2.755731922398589e-07)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 2.7557319223985893e-06 2.7557319223985893e-06)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 2.48015873015873e-05 2.48015873015873e-05)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 0.0001984126984126984 0.0001984126984126984)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 0.001388888888888889 0.001388888888888889)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 0.008333333333333333 0.008333333333333333)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 0.041666666666666664 0.041666666666666664)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 0.16666666666666666 0.16666666666666666)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 0.5 0.5)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 1.0 1.0)))
      (local.set $p (f64x2.add (f64x2.mul (local.get $p) (local.get $r)) (v128.const f64x2 1.0 1.0)))
      (v128.store (local.get $from) (v128.and
        (i64x2.add (local.get $p) (i64x2.shl (local.get $n) (i32.const 52)))
        (f64x2.ge (local.get $x) (v128.const f64x2 -60 -60))))
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
    (param $items i32) (param $rowStart i32) (param $voterStart i32) (param $dissenters i32) (param $majority i32)
    (param $values i32) (param $corrections i32) (result f64)
    (local $item i32) (local $row i32) (local $start i32) (local $end i32) (local $place i32) (local $last i32)
    (local $at i32) (local $most f64) (local $difference f64) (local $everybody f64)
    (local.set $end (i32.load (local.get $rowStart)))
    (local.set $place (local.get $dissenters))
    (block $done (loop $nextItem
      (br_if $done (i32.ge_u (local.get $item) (local.get $items)))
      (local.set $row (local.get $end))
      (local.set $end (call $int (local.get $rowStart) (i32.add (local.get $item) (i32.const 1))))
      (local.set $most (f64.load (call $double (local.get $values)
        (i32.add (local.get $row) (call $short (local.get $majority) (local.get $item))))))
      (local.set $everybody (f64.add (local.get $everybody) (local.get $most)))
      (loop $nextRow
        (local.set $last (i32.add (local.get $dissenters) (i32.shl
          (call $int (local.get $voterStart) (i32.add (local.get $row) (i32.const 1))) (i32.const 1))))
        (local.set $difference
          (f64.sub (f64.load (call $double (local.get $values) (local.get $row))) (local.get $most)))
        (block $counted (loop $nextVoter
          (br_if $counted (i32.ge_u (local.get $place) (local.get $last)))
          (local.set $at (call $double (local.get $corrections) (i32.load16_u (local.get $place))))
          (f64.store (local.get $at) (f64.add (f64.load (local.get $at)) (local.get $difference)))
          (local.set $place (i32.add (local.get $place) (i32.const 2)))
          (br $nextVoter)))
        (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end))))
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
  (func $add64 (param $at i32) (param $a v128) (param $b v128) (param $c v128) (param $d v128)
    (v128.store (local.get $at) (f64x2.add (v128.load (local.get $at)) (local.get $a)))
    (v128.store offset=16 (local.get $at) (f64x2.add (v128.load offset=16 (local.get $at)) (local.get $b)))
    (v128.store offset=32 (local.get $at) (f64x2.add (v128.load offset=32 (local.get $at)) (local.get $c)))
    (v128.store offset=48 (local.get $at) (f64x2.add (v128.load offset=48 (local.get $at)) (local.get $d))))
  (func $copy64 (param $at i32) (param $from i32)
    (call $add64 (local.get $at) (v128.load (local.get $from)) (v128.load offset=16 (local.get $from))
      (v128.load offset=32 (local.get $from)) (v128.load offset=48 (local.get $from))))
  (func (export "gradients")
    (param $items i32) (param $models i32) (param $slots i32) (param $rowStart i32) (param $voterStart i32)
    (param $dissenters i32) (param $majority i32) (param $candidates i32) (param $outcomes i32)
    (param $slotClasses i32) (param $chances i32) (param $leader i32) (param $columns i32) (param $pulls i32)
    (param $votes i32) (param $everybody i32) (param $other i32) (param $classTerms i32)
    (local $item i32) (local $start i32) (local $end i32) (local $row i32) (local $leading i32) (local $slot i32)
    (local $differs i32) (local $rank i32) (local $at i32) (local $right f64) (local $known i32) (local $mostAt i32)
    (local $place i32) (local $last i32) (local $chance v128) (local $gap i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $e v128) (local $f v128) (local $g v128) (local $h v128)
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
        (call $copy64 (local.get $everybody) (local.get $mostAt))
        (local.set $a (v128.load (local.get $mostAt)))
        (local.set $b (v128.load offset=16 (local.get $mostAt)))
        (local.set $c (v128.load offset=32 (local.get $mostAt)))
        (local.set $d (v128.load offset=48 (local.get $mostAt)))
        (local.set $known (i32.add (local.get $start) (call $short (local.get $candidates) (local.get $item))))
        (local.set $row (local.get $start))
        (local.set $at (local.get $pulls))
        (local.set $place (i32.add (local.get $dissenters)
          (i32.shl (call $int (local.get $voterStart) (local.get $start)) (i32.const 1))))
        (loop $nextRow
          (if (i32.and (i32.ne (local.get $slotClasses) (i32.const 0)) (i32.lt_u (local.get $row) (local.get $known)))
            (then (call $copy64
              (i32.add (local.get $classTerms)
                (i32.shl (call $short (local.get $slotClasses) (local.get $row)) (i32.const 6)))
              (local.get $at))))
          (local.set $e (f64x2.sub (v128.load (local.get $at)) (local.get $a)))
          (local.set $f (f64x2.sub (v128.load offset=16 (local.get $at)) (local.get $b)))
          (local.set $g (f64x2.sub (v128.load offset=32 (local.get $at)) (local.get $c)))
          (local.set $h (f64x2.sub (v128.load offset=48 (local.get $at)) (local.get $d)))
          (local.set $last (i32.add (local.get $dissenters) (i32.shl
            (call $int (local.get $voterStart) (i32.add (local.get $row) (i32.const 1))) (i32.const 1))))
          (block $counted (loop $nextVoter
            (br_if $counted (i32.ge_u (local.get $place) (local.get $last)))
            (call $add64
              (i32.add (local.get $votes) (i32.shl (i32.load16_u (local.get $place)) (i32.const 6)))
              (local.get $e) (local.get $f) (local.get $g) (local.get $h))
            (local.set $place (i32.add (local.get $place) (i32.const 2)))
            (br $nextVoter)))
          (local.set $at (i32.add (local.get $at) (i32.const 64)))
          (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end))))
        (if (i32.lt_u (local.get $known)
            (i32.add (local.get $start) (call $short (local.get $outcomes) (local.get $item)))) (then
          (call $copy64 (local.get $other) (i32.add (local.get $pulls)
            (i32.shl (i32.sub (local.get $known) (local.get $start)) (i32.const 6))))))))
      (local.set $slots (i32.add (local.get $slots) (local.get $models)))
      (local.set $item (i32.add (local.get $item) (i32.const 1)))
      (br $nextItem)))))
