"""The core: vocabulary, settings, store, eligibility, slate, reasons and the front door.

Nothing in this room imports from another room; see CONTRIBUTING.md.
"""
