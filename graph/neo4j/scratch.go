package neo4j
import ("time";"sync")
type stat struct{n int; d, max time.Duration}
var hookMu sync.Mutex
var hooks = map[string]*stat{}
func hook(c string, t time.Time){ d:=time.Since(t); hookMu.Lock(); s:=hooks[c]; if s==nil{s=&stat{};hooks[c]=s}; s.n++; s.d+=d; if d>s.max {s.max=d}; hookMu.Unlock() }
