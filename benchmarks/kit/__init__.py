"""The parts shared by all measurements: servers, clocks, rounds, the table."""
