/* A FastCGI authorizer on libfcgi for Apache's mod_authnz_fcgi: listens on the address given; Apache asks it
 * twice, whether the password is right (FCGI_APACHE_ROLE is AUTHENTICATOR) and whether the user may come in. */
#include <fcgiapp.h>
#include <string.h>

static int is(FCGX_Request *request, const char *name, const char *wanted) {
    const char *value = FCGX_GetParam(name, request->envp);
    return value && strcmp(value, wanted) == 0;
}

static const char *authenticate(FCGX_Request *request) {
    if (is(request, "REMOTE_USER", "alice") && is(request, "REMOTE_PASSWD", "correct horse")) return "200 OK";
    if (is(request, "REMOTE_USER", "bob") && is(request, "REMOTE_PASSWD", "battery staple")) return "200 OK";
    FCGX_FPrintF(request->err, "wrong password for %s\n", FCGX_GetParam("REMOTE_USER", request->envp));
    return "401 Unauthorized";
}

static const char *authorize(FCGX_Request *request) {
    return is(request, "REMOTE_USER", "alice") ? "200 OK" : "403 Forbidden";
}

static void answer(FCGX_Request *request) {
    int who = is(request, "FCGI_APACHE_ROLE", "AUTHENTICATOR");
    const char *status = who ? authenticate(request) : authorize(request);
    FCGX_FPrintF(request->out, "Status: %s\r\n", status);
    if (*status == '2') FCGX_PutS("Variable-GROUP: staff\r\n", request->out);
    FCGX_PutS("\r\n", request->out);
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
