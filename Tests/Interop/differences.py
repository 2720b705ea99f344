"""Where queuetop means to answer otherwise than RabbitMQ 3.10.8, and why.

Each entry is a scenario's name, the lines as RabbitMQ writes them and as queuetop does, and the
reason. The suite checks that the difference is exactly this one.
"""

DIFFERENCES = {}
