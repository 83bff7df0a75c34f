# make run    the sample, loaded and served
# make test   everything a change must pass; ARGS='-run Trace ./graph/...' for less
# make build  bin/whence, one static file

ADDR  ?= 127.0.0.1:8080
STORE ?= whence.db

.PHONY: run test build

run: build
	bin/whence ingest --store $(STORE) --sample
	bin/whence serve --store $(STORE) --addr $(ADDR)

build:
	CGO_ENABLED=0 go build -trimpath -o bin/whence ./cmd/whence

test:
	@deploy/test.sh $(ARGS)
