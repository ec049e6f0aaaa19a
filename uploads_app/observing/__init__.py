"""What is to be seen of the site while it runs: counts, durations, spans, and the request behind a line.

`measuring` has what services call; `metrics` the metrics themselves; `state` what is read when somebody looks.
"""
