"""Learning rates of transformers' own schedules, for ScheduleGoldenTest.

    pip install torch==2.7.1 transformers==5.23.0
    python schedules_golden.py > ../resources/dev/millrace/trainer/schedules-golden.csv

Columns: schedule, warm-up steps, all steps, cooldown steps, lowest rate, step, factor of the peak.
"""

import torch
import transformers
from transformers.optimization import (
    get_constant_schedule,
    get_constant_schedule_with_warmup,
    get_cosine_schedule_with_warmup,
    get_cosine_with_min_lr_schedule_with_warmup,
    get_linear_schedule_with_warmup,
    get_wsd_schedule,
)


def factors(make, steps):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = make(optimizer)
    return [schedule.lr_lambdas[0](step) for step in range(steps)]


def emit(name, warmup, total, cooldown, lowest, make):
    for step, factor in enumerate(factors(make, total + 1)):
        print(f"{name},{warmup},{total},{cooldown},{lowest},{step},{factor!r}")


print(f"# transformers {transformers.__version__}, torch {torch.__version__}")
emit("constant", 0, 5, 0, 0.0, get_constant_schedule)
for warmup, total in [(0, 11), (3, 40), (7, 29)]:
    emit("constant", warmup, total, 0, 0.0, lambda o: get_constant_schedule_with_warmup(o, warmup))
    emit("linear", warmup, total, 0, 0.0, lambda o: get_linear_schedule_with_warmup(o, warmup, total))
    emit("cosine", warmup, total, 0, 0.0, lambda o: get_cosine_schedule_with_warmup(o, warmup, total))
    emit(
        "cosine",
        warmup,
        total,
        0,
        0.1,
        lambda o: get_cosine_with_min_lr_schedule_with_warmup(o, warmup, total, min_lr_rate=0.1),
    )
    for cooldown, lowest in [(5, 0.0), (8, 0.2)]:
        emit(
            "wsd",
            warmup,
            total,
            cooldown,
            lowest,
            lambda o: get_wsd_schedule(
                o,
                warmup,
                cooldown,
                num_stable_steps=total - warmup - cooldown,
                decay_type="1-sqrt",
                min_lr_ratio=lowest,
            ),
        )
