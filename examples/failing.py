# Fails halfway with a traceback: stdout, stderr and exit code 1 show what happened.
def average(values):
    return sum(values) / len(values)


for batch in ([3, 5, 7], [2, 4], []):
    print(f"average of {batch}: {average(batch)}", flush=True)
