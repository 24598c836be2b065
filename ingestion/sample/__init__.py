"""The sample company: a fictional seller of connected-home devices and broadband, with exports and truth.

`write_sample` writes it. Must not live here: anything the pipeline runs on a company's own data.
"""

from ingestion.sample.noise import HARD, Noise
from ingestion.sample.writing import write_sample

__all__ = ["HARD", "Noise", "write_sample"]
