// MDN's HTTP Observatory on a site at this machine, as it would judge it at its own name and on the usual ports:
//   node observatory.mjs NAME PORT-OF-HTTP PORT-OF-HTTPS [PATH]    (PATH is / by default)
// NODE_EXTRA_CA_CERTS names the certificate that it is to trust. Prints the scan as JSON.
import fs from "node:fs";
import net from "node:net";

const [name, http, https, path = ""] = process.argv.slice(2);

// The list of sites that browsers know to be TLS alone is fetched when the package is installed with its scripts,
// which are not run here. No site of a test is in it.
const read = fs.readFileSync;
fs.readFileSync = (file, ...words) => (String(file).endsWith("hsts-preload.json") ? "{}" : read(file, ...words));

// Every connection goes to this machine, whatever name it is for; TLS asks for the name all the same.
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...words) {
  const wanted = Array.isArray(words[0]) ? words[0][0] : words[0];
  const port = { 80: http, 443: https }[wanted.port];
  if (!port) throw new Error(`nothing is asked at port ${wanted.port}`);
  Object.assign(wanted, { host: "127.0.0.1", port: Number(port) });
  return connect.apply(this, words);
};

const { scan } = await import("@mdn/mdn-http-observatory");
console.log(JSON.stringify(await scan(`${name}${path}`)));
