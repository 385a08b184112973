// A FastCGI application on Go's net/http/fcgi, which serves the requests of one connection side by side.
//
// It reads STDIN to its end (or hears that the request is aborted), then answers in as many turns as
// "turns" says, "pause" milliseconds apart, so that the answers of several requests interleave.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"strconv"
	"time"
)

func number(r *http.Request, name string) int {
	value, _ := strconv.Atoi(r.URL.Query().Get(name))
	return value
}

func answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprintf(w, "%s %s: %d bytes, error %v\n", r.Method, r.URL.Path, len(body), err)
	for turn := 1; turn <= number(r, "turns"); turn++ {
		w.(http.Flusher).Flush()
		time.Sleep(time.Duration(number(r, "pause")) * time.Millisecond)
		fmt.Fprintf(w, "turn %d of %s\n", turn, r.URL.Path)
	}
	for size := number(r, "size"); size > 0; size -= 64 {
		fmt.Fprintf(w, "%63d\n", size)
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(fcgi.Serve(listener, http.HandlerFunc(answer)))
}
