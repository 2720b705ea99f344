"""What the scripted suites share: a terminal, private brokers, waiting and counting."""
