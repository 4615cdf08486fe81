"""How hard the properties are tried: `few` (the default) is the same on every machine."""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
settings.register_profile(
    "few", max_examples=60, derandomize=True, deadline=None, suppress_health_check=_SLOW
)
settings.register_profile("many", max_examples=3000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("SPECC_PROPERTIES", "few"))
