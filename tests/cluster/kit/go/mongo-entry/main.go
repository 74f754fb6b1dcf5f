// Starts a server that speaks MongoDB's protocol by the words that MongoDB's image is started with:
//
//	docker-entrypoint.sh mongod --dbpath /data/db --keyFile …
//
// As there, an empty disk first gets the user of MONGO_INITDB_ROOT_USERNAME, while nobody else can reach the server.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const server = "/bin/mongo-server"

func main() {
	folder := "/data/db"
	for at, word := range os.Args {
		if word == "--dbpath" && at+1 < len(os.Args) {
			folder = os.Args[at+1]
		}
	}
	folder = filepath.Join(folder, "files")
	options := []string{server, "--storage-path", folder, "--cache-size", "128M", "--log-file-max", "16MB"}
	if name := os.Getenv("MONGO_INITDB_ROOT_USERNAME"); name != "" {
		if _, err := os.Stat(folder + ".ready"); err != nil {
			must(makeUser(options, name, secret("MONGO_INITDB_ROOT_PASSWORD")))
			must(os.WriteFile(folder+".ready", nil, 0o600))
		}
	}
	options = append(options, "--auth", "--host", "0.0.0.0", "--sync-on-commit")
	must(syscall.Exec(server, options, os.Environ()))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The value of a variable, or what is in the file that the variable with _FILE names.
func secret(name string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	text, err := os.ReadFile(os.Getenv(name + "_FILE"))
	must(err)
	return strings.TrimRight(string(text), "\n")
}

func makeUser(options []string, name, password string) error {
	open := exec.Command(server, append(options[1:], "--host", "127.0.0.1")...)
	open.Stdout, open.Stderr = os.Stdout, os.Stderr
	if err := open.Start(); err != nil {
		return err
	}
	defer open.Wait()
	defer open.Process.Signal(syscall.SIGTERM)
	var connection net.Conn
	var err error
	for tries := 0; tries < 300; tries++ {
		if connection, err = net.Dial("tcp", "127.0.0.1:27017"); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	defer connection.Close()
	roles := document(element(2, "0", text("root")))
	answer, err := ask(connection, document(
		element(2, "createUser", text(name)), element(2, "pwd", text(password)),
		element(4, "roles", roles), element(2, "$db", text("admin"))))
	if err != nil {
		return err
	}
	fine := element(1, "ok", binary.LittleEndian.AppendUint64(nil, math.Float64bits(1)))
	if !bytes.Contains(answer, fine) && !bytes.Contains(answer, []byte("already exists")) {
		return fmt.Errorf("the user %s cannot be made: %q", name, answer)
	}
	return nil
}

// One message of the protocol: a length, a number, what it answers, its kind (2013), no flags, one document.
func ask(connection net.Conn, question []byte) ([]byte, error) {
	message := binary.LittleEndian.AppendUint32(nil, uint32(21+len(question)))
	for _, field := range []uint32{1, 0, 2013, 0} {
		message = binary.LittleEndian.AppendUint32(message, field)
	}
	if _, err := connection.Write(append(append(message, 0), question...)); err != nil {
		return nil, err
	}
	length := make([]byte, 4)
	if _, err := io.ReadFull(connection, length); err != nil {
		return nil, err
	}
	answer := make([]byte, binary.LittleEndian.Uint32(length)-4)
	_, err := io.ReadFull(connection, answer)
	return answer, err
}

func document(elements ...[]byte) []byte {
	all := bytes.Join(elements, nil)
	return append(append(binary.LittleEndian.AppendUint32(nil, uint32(len(all)+5)), all...), 0)
}

func element(kind byte, name string, value []byte) []byte {
	return append(append(append([]byte{kind}, name...), 0), value...)
}

func text(value string) []byte {
	return append(append(binary.LittleEndian.AppendUint32(nil, uint32(len(value)+1)), value...), 0)
}
