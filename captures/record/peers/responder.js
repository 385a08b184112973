// A FastCGI application on node-fastcgi: listens on the port given and answers in two writes. To GET_VALUES it
// has an answer more than the specification names.
const fastcgi = require("node-fastcgi");

function respond(request, response) {
  let length = 0;
  request.on("data", (chunk) => (length += chunk.length));
  request.on("end", () => {
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.write(`${request.method} ${request.url}\n`);
    response.end(`${length} bytes\n`);
  });
}

const values = { maxConns: 2000, maxReqs: 2000, colour: "blue", valueMap: { COLOUR: "colour" } };
fastcgi.createServer(respond, undefined, undefined, values).listen(Number(process.argv[2]));
