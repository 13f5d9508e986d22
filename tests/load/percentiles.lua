-- One line for bench.py: requests per second, p50, p95, p99 in milliseconds, errors.
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %.1f %.2f %.2f %.2f %d\n",
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
