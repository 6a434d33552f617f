"""Why a figure is what it is: from an amount down to postings, rated rows, prices and events, level by level."""
