/* A FastCGI application on libfcgi: echoes its request as a Responder, its DATA in capitals as a Filter.
 *
 * QUERY_STRING "exit=N" gives the application status N, "grumble" writes to STDERR first. A Filter whose
 * DATA is not as long as FCGI_DATA_LENGTH says answers with status 1 and no output (section 6.4). */

#include <ctype.h>
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILTER = 3 };

static int number(FCGX_Request *request, const char *name) {
    const char *text = FCGX_GetParam(name, request->envp);
    return text ? atoi(text) : 0;
}

static void respond(FCGX_Request *request) {
    int received = 0;
    const char *query = FCGX_GetParam("QUERY_STRING", request->envp);
    while (FCGX_GetChar(request->in) != EOF) received++;
    if (query && strstr(query, "grumble")) FCGX_FPrintF(request->err, "responder: %s\n", query);
    FCGX_FPrintF(request->out, "Content-Type: text/plain\r\n\r\n");
    for (char **pair = request->envp; *pair; pair++)
        FCGX_FPrintF(request->out, "%d bytes: %.60s\n", (int)strlen(*pair), *pair);
    FCGX_FPrintF(request->out, "STDIN: %d bytes\n", received);
    /* Always set: libfcgi would answer with the status that an earlier request was given. */
    FCGX_SetExitStatus(query && strncmp(query, "exit=", 5) == 0 ? atoi(query + 5) : 0, request->out);
}

static void filter(FCGX_Request *request) {
    int octet, received = 0, expected = number(request, "FCGI_DATA_LENGTH");
    char *data = malloc(expected + 1);
    while (FCGX_GetChar(request->in) != EOF) continue;
    FCGX_StartFilterData(request->in);
    while ((octet = FCGX_GetChar(request->in)) != EOF)
        if (received++ < expected) data[received - 1] = toupper(octet);
    if (received == expected) {
        FCGX_FPrintF(request->out, "Content-Type: text/plain\r\n\r\n");
        FCGX_PutStr(data, received, request->out);
    } else {
        FCGX_FPrintF(request->err, "filter: %d bytes of %d\n", received, expected);
    }
    FCGX_SetExitStatus(received != expected, request->out);
    free(data);
}

int main(void) {
    FCGX_Request request;
    FCGX_Init();
    FCGX_InitRequest(&request, 0, 0);
    while (FCGX_Accept_r(&request) == 0) {
        (request.role == FILTER ? filter : respond)(&request);
        FCGX_Finish_r(&request);
    }
    return 0;
}
