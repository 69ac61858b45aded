from hypothesis import HealthCheck, settings

# The same examples on every machine, and no deadline: machines that test are busy.
settings.register_profile(
    "briefs",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("briefs")
