;; The inner loops of CODA: which of many models has the highest recall on a class, once a camp of them is right. What they give is
;; said in recalls.ts. All integrals are taken on a grid of 256 points. Models lie in pairs, side by side:
;; `hazards[(pair * 256 + point) * 2 + model]`, so that both halves of a number are added up in the order of the points.
;; Translated by scripts/build-kernel.ts.
(module
  (import "coda" "memory" (memory 1))

  ;; Adds to `logs`, from point `first` on, `gained[model * 256 + point]` of each of `count` listed models, 32 bits each.
  (func (export "addLogs") (param $logs i32) (param $gained i32) (param $listed i32) (param $count i32) (param $first i32)
    (local $last i32) (local $point i32) (local $from i32) (local $end i32)
    (local.set $first (i32.shl (local.get $first) (i32.const 3)))
    (local.set $last (i32.add (local.get $logs) (i32.const 2048)))
    (local.set $end (i32.add (local.get $listed) (i32.shl (local.get $count) (i32.const 2))))
    (block $done (loop $nextModel
      (br_if $done (i32.ge_u (local.get $listed) (local.get $end)))
      (local.set $point (i32.add (local.get $logs) (local.get $first)))
      (local.set $from (i32.add (i32.add (local.get $gained) (local.get $first))
        (i32.shl (i32.load (local.get $listed)) (i32.const 11))))
      (block $drawn (loop $nextFour
        (br_if $drawn (i32.ge_u (local.get $point) (local.get $last)))
        (v128.store (local.get $point) (f64x2.add (v128.load (local.get $point)) (v128.load (local.get $from))))
        (v128.store offset=16 (local.get $point)
          (f64x2.add (v128.load offset=16 (local.get $point)) (v128.load offset=16 (local.get $from))))
        (local.set $point (i32.add (local.get $point) (i32.const 32)))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))
        (br $nextFour)))
      (local.set $listed (i32.add (local.get $listed) (i32.const 4)))
      (br $nextModel))))

  ;; For each pair of models, the integral of `below[point]` times its hazard, from point `first` (a multiple of 4) on.
  ;; `masks[model]`, 64 bits: all ones where the model is right, and all zeros where it is wrong.
  (func (export "integrals") (param $below i32) (param $ifRight i32) (param $ifWrong i32) (param $masks i32)
    (param $pairs i32) (param $first i32) (param $target i32)
    (local $mask v128) (local $sum v128) (local $end i32) (local $point i32) (local $right i32) (local $from i32)
    (local.set $end (i32.add (local.get $below) (i32.const 2048)))
    (local.set $ifRight (i32.add (local.get $ifRight) (i32.shl (local.get $first) (i32.const 4))))
    (local.set $ifWrong (i32.add (local.get $ifWrong) (i32.shl (local.get $first) (i32.const 4))))
    (local.set $first (i32.shl (local.get $first) (i32.const 3)))
    (loop $nextPair
      (local.set $mask (v128.load (local.get $masks)))
      (local.set $sum (v128.const i64x2 0 0))
      (local.set $point (i32.add (local.get $below) (local.get $first)))
      (local.set $right (local.get $ifRight))
      (local.set $from (select (local.get $ifRight) (local.get $ifWrong) (i64x2.all_true (local.get $mask))))
      (if (i32.eq (v128.any_true (local.get $mask)) (i64x2.all_true (local.get $mask))) (then
        ;; Both are right, or both wrong.
        (block $drawn (loop $nextFour
          (br_if $drawn (i32.ge_u (local.get $point) (local.get $end)))
          (local.set $sum (f64x2.add (local.get $sum) (f64x2.add (f64x2.add (f64x2.add
            (f64x2.mul (v128.load64_splat (local.get $point)) (v128.load (local.get $from)))
            (f64x2.mul (v128.load64_splat offset=8 (local.get $point)) (v128.load offset=16 (local.get $from))))
            (f64x2.mul (v128.load64_splat offset=16 (local.get $point)) (v128.load offset=32 (local.get $from))))
            (f64x2.mul (v128.load64_splat offset=24 (local.get $point)) (v128.load offset=48 (local.get $from))))))
          (local.set $point (i32.add (local.get $point) (i32.const 32)))
          (local.set $from (i32.add (local.get $from) (i32.const 64)))
          (br $nextFour)))) (else
        (block $drawn (loop $nextFour
          (br_if $drawn (i32.ge_u (local.get $point) (local.get $end)))
          (local.set $sum (f64x2.add (local.get $sum) (f64x2.add (f64x2.add (f64x2.add
            (f64x2.mul (v128.load64_splat (local.get $point)) (v128.bitselect
              (v128.load (local.get $right)) (v128.load (local.get $from)) (local.get $mask)))
            (f64x2.mul (v128.load64_splat offset=8 (local.get $point)) (v128.bitselect
              (v128.load offset=16 (local.get $right)) (v128.load offset=16 (local.get $from)) (local.get $mask))))
            (f64x2.mul (v128.load64_splat offset=16 (local.get $point)) (v128.bitselect
              (v128.load offset=32 (local.get $right)) (v128.load offset=32 (local.get $from)) (local.get $mask))))
            (f64x2.mul (v128.load64_splat offset=24 (local.get $point)) (v128.bitselect
              (v128.load offset=48 (local.get $right)) (v128.load offset=48 (local.get $from)) (local.get $mask))))))
          (local.set $point (i32.add (local.get $point) (i32.const 32)))
          (local.set $right (i32.add (local.get $right) (i32.const 64)))
          (local.set $from (i32.add (local.get $from) (i32.const 64)))
          (br $nextFour)))))
      (v128.store (local.get $target) (local.get $sum))
      (local.set $target (i32.add (local.get $target) (i32.const 16)))
      (local.set $masks (i32.add (local.get $masks) (i32.const 16)))
      (local.set $ifRight (i32.add (local.get $ifRight) (i32.const 4096)))
      (local.set $ifWrong (i32.add (local.get $ifWrong) (i32.const 4096)))
      (br_if $nextPair (local.tee $pairs (i32.sub (local.get $pairs) (i32.const 1)))))))
