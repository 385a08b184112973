/* A FastCGI authorizer on libfcgi: listens on the address given and lets the path /staff/ in, nobody else. */
#include <fcgiapp.h>
#include <string.h>

static void answer(FCGX_Request *request) {
    const char *uri = FCGX_GetParam("REQUEST_URI", request->envp);
    if (uri && strncmp(uri, "/staff/", 7) == 0)
        FCGX_PutS("Status: 200 OK\r\nVariable-GROUP: staff\r\n\r\n", request->out);
    else
        FCGX_PutS("Status: 403 Forbidden\r\nContent-Type: text/plain\r\n\r\nstaff only\n", request->out);
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
