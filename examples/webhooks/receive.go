// WEBHOOK_SECRET=whsec_... PORT=3000 go run receive.go
// Takes deliveries of the hooks server. Needs nothing but Go 1.19.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// isGenuine is true if the hooks server signed these very bytes within the last five minutes.
func isGenuine(key []byte, headers http.Header, body []byte) bool {
	id, timestamp := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if age := time.Since(time.Unix(seconds, 0)); err != nil || age > 5*time.Minute || age < -5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	expected := mac.Sum(nil)
	// Several signatures stand side by side while a secret is being replaced.
	for _, part := range strings.Fields(headers.Get("webhook-signature")) {
		version, signature, _ := strings.Cut(part, ",")
		given, err := base64.StdEncoding.DecodeString(signature)
		if err == nil && version == "v1" && hmac.Equal(given, expected) {
			return true
		}
	}
	return false
}

func main() {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whsec_"))
	if err != nil || len(key) == 0 {
		log.Fatal("WEBHOOK_SECRET must be the secret of the subscription")
	}
	var mutex sync.Mutex
	seen := map[string]bool{} // Of a service that restarts: a table with a unique column.

	handler := func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, 1<<20))
		if err != nil || !isGenuine(key, request.Header, body) {
			response.WriteHeader(http.StatusUnauthorized)
			return
		}
		mutex.Lock()
		repeat := seen[request.Header.Get("webhook-id")]
		seen[request.Header.Get("webhook-id")] = true
		mutex.Unlock()
		if !repeat {
			var event struct {
				ID      string  `json:"id"`
				Outcome *string `json:"outcome"`
				Reason  *string `json:"reason"`
			}
			if err := json.Unmarshal(body, &event); err != nil {
				response.WriteHeader(http.StatusBadRequest)
				return
			}
			word := ""
			for _, text := range []*string{event.Reason, event.Outcome} {
				if text != nil {
					word = *text
				}
			}
			fmt.Println(event.ID, word)
		}
		response.WriteHeader(http.StatusNoContent)
	}

	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on port", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, http.HandlerFunc(handler)))
}
