"""Where L(N, D) is least for 6 N D = C, found by looking and not by the closed form: for ScalingLawTest.

    python scaling_law.py
"""

from decimal import Decimal, getcontext

getcontext().prec = 50

FITS = {
    "EPOCH": ("1.81686", "482.00572", "2085.43420", "0.34781", "0.36585"),
    "HOFFMANN": ("1.69", "406.4", "410.7", "0.34", "0.28"),
}


def least(fit, compute):
    e, a, b, alpha, beta = map(Decimal, FITS[fit])
    product = Decimal(compute) / 6

    def loss(log_n):
        return e + a * (-alpha * log_n).exp() + b * (-beta * (product.ln() - log_n)).exp()

    low, high = Decimal(10), Decimal(40)
    for _ in range(400):  # By thirds: the loss falls and then rises.
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return low.exp(), product / low.exp(), loss(low)


for fit in FITS:
    for compute in ("1e21", "5.76e23", "1e24"):
        n, d, loss = least(fit, compute)
        print(f"{fit}, {compute}, {n:.8e}, {d:.8e}, {loss:.8f}")
