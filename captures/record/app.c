/* A FastCGI application on libfcgi: listens on the address given (":8000") and greets each request's visitor. */
#include <fcgiapp.h>

static const char *param(FCGX_Request *request, const char *name) {
    const char *value = FCGX_GetParam(name, request->envp);
    return value ? value : "";
}

static void answer(FCGX_Request *request) {
    FCGX_FPrintF(request->out,
                 "Content-Type: text/html; charset=utf-8\r\n"
                 "\r\n"
                 "<!DOCTYPE html>\n<title>Hello</title>\n<h1>Hello</h1>\n"
                 "<p>%s %s, served under the request id %d.\n",
                 param(request, "REQUEST_METHOD"), param(request, "REQUEST_URI"), request->requestId);
}

int main(int argc, char **argv) {
    FCGX_Request request;
    if (argc != 2 || FCGX_Init() != 0) return 2;
    if (FCGX_InitRequest(&request, FCGX_OpenSocket(argv[1], 16), 0) != 0) return 1;
    while (FCGX_Accept_r(&request) == 0) {
        answer(&request);
        FCGX_Finish_r(&request);
    }
    return 0;
}
