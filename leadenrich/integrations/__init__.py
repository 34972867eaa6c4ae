"""Optional companions, each behind its extra: progress bars, tracing, clusters."""
