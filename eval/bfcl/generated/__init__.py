"""Generated multi-turn tasks over BFCL's simulated APIs, for training; none of them is BFCL's."""
