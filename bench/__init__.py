"""Speed and memory, as ratios measured side by side in one run. Each bench has a `run(scale)` that returns rows."""
