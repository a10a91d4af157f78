"""Feature jobs: from the store's rows to tidy, validated frames as of a date.

Each job is a reader (`read_*`: everything in force, as numbers) and a pure function from frame to
frame (`*_job`). In tidy frames a teacher, credential or standard is its row in the table of that
name; moments are `datetime64[ms]` in UTC.
"""
