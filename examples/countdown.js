// Counts down and exits with the code it was given. Arguments: from (5), exit code (0).
const [from = 5, code = 0] = process.argv.slice(2).map(Number);
for (let left = from; left > 0; left--) {
  console.log(left);
  await new Promise((resolve) => setTimeout(resolve, 300));
}
console.log('lift-off');
process.exit(code);
