"""Learning rates as functions of the step."""

import math

from fs2.training.settings import AdamTraining


def learning_rate(training: AdamTraining, hidden: int, step: int) -> float:
    """Learning rate of step 0, 1, ...

    `transformer`: hidden^-0.5 * min(n^-0.5, n * warmup^-1.5) with n = step + 1 and the width
    `hidden` of the network, times `learning_rate` (Vaswani et al. 2017, equation 3; paper
    appendix B).
    `warmup_cosine`: a linear rise to `learning_rate`, then a cosine that ends at 0.
    """
    n = step + 1
    if training.schedule == "transformer":
        scale = min(n**-0.5, n * training.warmup_steps**-1.5)
        return training.learning_rate * hidden**-0.5 * scale
    if n < training.warmup_steps:
        return training.learning_rate * n / training.warmup_steps
    rest = max(training.steps - training.warmup_steps, 1)
    done = min((n - training.warmup_steps) / rest, 1.0)
    return training.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
