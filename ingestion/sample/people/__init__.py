"""Who lives in the sample, and the accounts that they keep."""
