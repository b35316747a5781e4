# As on a terminal, each line goes out when it ends.
package LineBuffered;
$| = 1;
1;
