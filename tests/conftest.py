"""How hard to try: the same few examples everywhere, or `SPECC_EXAMPLES` new ones."""

import os

from hypothesis import HealthCheck, settings

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
_COUNT = int(os.environ.get("SPECC_EXAMPLES", "0"))

settings.register_profile(
    "few",
    max_examples=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=_SLOW,
)
settings.register_profile(
    "many", max_examples=_COUNT or 50, deadline=None, suppress_health_check=_SLOW
)
settings.load_profile("many" if _COUNT else "few")
