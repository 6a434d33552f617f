"""What every measurement shares: servers, clocks, turns, the table."""
