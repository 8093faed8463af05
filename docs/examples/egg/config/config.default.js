const { join } = require('node:path');

exports.keys = 'example';
exports.logger = { dir: join(__dirname, '../logs'), consoleLevel: 'NONE', level: 'NONE' };
