console.log(performance.now());
process.exit();
