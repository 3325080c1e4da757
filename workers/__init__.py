"""The stages (text work only), the runner that claims and finishes batches, the index, the publisher."""
