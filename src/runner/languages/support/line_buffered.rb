# As on a terminal, each line goes out when it ends.
$stdout.sync = true
